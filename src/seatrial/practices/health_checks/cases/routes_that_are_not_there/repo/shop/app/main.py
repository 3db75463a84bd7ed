from fastapi import FastAPI

app = FastAPI()


@app.get("/readyz")
def ready() -> dict[str, str]:
    return {"status": "ok"}


@app.get("/health")
def health() -> dict[str, str]:
    database.execute("SELECT 1")
    return {"status": "ok"}


@app.get("/api/v1/products")
def products() -> list[str]:
    return list(catalogue())
