from prometheus_client import Counter

REQUESTS = Counter("http_requests_total", "requests", ["status", "service"])
