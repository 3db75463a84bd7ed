#!/usr/bin/env bash
# Makes the bucket of the Terraform state and proves what the state needs of it: old versions, a lock, no way in from outside.
# Can be run again at any time. Needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY that may create buckets.
set -euo pipefail

bucket=${BUCKET:-example-org-iac-vmshift-tfstate}
region=${REGION:-us-east-1}
endpoint=${ENDPOINT:-https://us-east-1.linodeobjects.com}
: "${AWS_ACCESS_KEY_ID:?}" "${AWS_SECRET_ACCESS_KEY:?}"

# s3 VERB PATH BODY ...: prints the status of one signed request.
# The keys go through a pipe, since others can read a command line.
s3() {
  local verb=$1 path=$2 body=$3 sum
  shift 3
  sum=$(printf '%s' "$body" | sha256sum | cut -d ' ' -f 1)
  curl --silent --show-error --output /dev/null --write-out '%{http_code}' --request "$verb" \
    --aws-sigv4 "aws:amz:$region:s3" --header "x-amz-content-sha256: $sum" \
    --config <(printf 'user = "%s:%s"\nheader = "x-amz-security-token: %s"\n' \
      "$AWS_ACCESS_KEY_ID" "$AWS_SECRET_ACCESS_KEY" "${AWS_SESSION_TOKEN:-}" | grep -v 'token: "$') \
    --header 'Content-Type: application/octet-stream' --data-binary "$body" "$@" "$endpoint/$bucket$path"
}

expect() {
  local what=$1 wanted=$2 got=$3
  case " $wanted " in
    *" $got "*) echo "ok    $what" ;;
    *) echo "wrong $what: answered $got, wanted $wanted" && exit 1 ;;
  esac
}

# AWS wants its region in the body, everywhere but in us-east-1.
first='/?list-type=2&max-keys=1'
place=''
case $endpoint in *amazonaws.com*) [ "$region" = us-east-1 ] ||
  place="<CreateBucketConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><LocationConstraint>$region</LocationConstraint></CreateBucketConfiguration>" ;;
esac
if [ "$(s3 GET "$first" '')" = 404 ]; then
  expect 'the bucket is made' '200' "$(s3 PUT / "$place")"
fi
expect 'the bucket can be read' '200' "$(s3 GET "$first" '')"

versioning='<VersioningConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Status>Enabled</Status></VersioningConfiguration>'
expect 'old versions are kept' '200' "$(s3 PUT '/?versioning=' "$versioning")"

block='<PublicAccessBlockConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><BlockPublicAcls>true</BlockPublicAcls><IgnorePublicAcls>true</IgnorePublicAcls><BlockPublicPolicy>true</BlockPublicPolicy><RestrictPublicBuckets>true</RestrictPublicBuckets></PublicAccessBlockConfiguration>'
# Servers other than AWS have no such switch; the unsigned request below shows what counts.
expect 'public access is blocked, where there is a switch' '200 501 405 404 400' "$(s3 PUT '/?publicAccessBlock=' "$block")"
expect 'an unsigned request is refused' '401 403' \
  "$(curl --silent --output /dev/null --write-out '%{http_code}' "$endpoint/$bucket/?list-type=2")"

# Terraform locks by writing an object only if it is not there: a server that ignores the condition lets two applies run.
probe="/lock-probe-$$-$RANDOM"
trap 's3 DELETE "$probe" "" >/dev/null || true' EXIT
expect 'the lock can be taken' '200' "$(s3 PUT "$probe" one --header 'If-None-Match: *')"
expect 'a second lock is refused' '412 409' "$(s3 PUT "$probe" two --header 'If-None-Match: *')"
expect 'what is written is encrypted' '200' \
  "$(s3 PUT "$probe" three --header 'x-amz-server-side-encryption: AES256')"
echo "the bucket $bucket can hold the state"
