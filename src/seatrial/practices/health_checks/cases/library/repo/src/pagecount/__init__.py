def count(text):
    return text.count('\f') + 1
