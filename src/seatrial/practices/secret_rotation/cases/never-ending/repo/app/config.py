import os


class Config:
    PREVIEW_API_KEY = os.environ.get("PREVIEW_API_KEY", "my-secret-key")
    PREVIEW_HOST = os.environ.get("PREVIEW_HOST", "http://localhost:6013")
    MAIL_API_KEY = os.environ.get("MAIL_API_KEY", "")
    ADMIN_TOKEN = os.environ["ADMIN_TOKEN"]


class Development(Config):
    SESSION_SECRET = os.environ.get("SESSION_SECRET", "dev-notify-secret-key")
