import logging

from pythonjsonlogger.json import JsonFormatter

handler = logging.StreamHandler()
handler.setFormatter(JsonFormatter())


def serve() -> None:
    logging.getLogger(__name__).info("served")
