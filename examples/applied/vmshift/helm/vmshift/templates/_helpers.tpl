{{- define "vmshift.labels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{- define "vmshift.selector" -}}
app.kubernetes.io/name: {{ .root.Chart.Name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- define "vmshift.image" -}}
{{ .root.Values.image.registry }}/{{ .root.Values.image.repository }}-{{ .name }}:{{ .root.Values.image.tag }}
{{- end }}

{{- define "vmshift.env" -}}
- name: APP_VERSION
  value: {{ .Values.image.tag | quote }}
- name: ENVIRONMENT
  value: {{ .Values.environment | quote }}
- name: LOG_LEVEL
  value: {{ .Values.config.logLevel | quote }}
- name: SECONDS_PER_GIB
  value: {{ .Values.config.secondsPerGib | quote }}
- name: DATABASE_URL
  valueFrom:
    secretKeyRef:
      name: {{ .Release.Name }}-secrets
      key: DATABASE_URL
- name: REDIS_URL
  valueFrom:
    secretKeyRef:
      name: {{ .Release.Name }}-secrets
      key: REDIS_URL
{{- end }}
