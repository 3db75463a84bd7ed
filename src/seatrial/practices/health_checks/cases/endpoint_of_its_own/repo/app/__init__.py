from flask import Flask

from app.status import status

app = Flask(__name__)
app.register_blueprint(status)
