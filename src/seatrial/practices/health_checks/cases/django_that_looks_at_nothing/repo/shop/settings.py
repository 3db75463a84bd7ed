import os

ALLOWED_HOSTS = ["shop.example.com"]
ROOT_URLCONF = "shop.urls"
MIDDLEWARE = [
    "django.middleware.common.CommonMiddleware",
]
DATABASES = {
    "default": {"ENGINE": "django.db.backends.postgresql", "HOST": os.environ["DB_HOST"]},
}
