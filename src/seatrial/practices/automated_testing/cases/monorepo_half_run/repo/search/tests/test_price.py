from search import price


def test_price():
    assert price(2) == 4
