def main() -> None:
    print("seeded")
