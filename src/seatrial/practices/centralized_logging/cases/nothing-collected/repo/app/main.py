import logging

logging.basicConfig(format="%(asctime)s %(message)s")


def serve() -> None:
    print("serving")
