FROM python:3.11

WORKDIR /srv
COPY requirements.txt ./
RUN pip install --no-cache-dir -r requirements.txt

COPY app app

ENTRYPOINT ["celery", "-A", "app.celery_app"]
CMD ["worker", "-l", "INFO"]
