from app.main import price


def test_price_doubles():
    assert price(2) == 4
