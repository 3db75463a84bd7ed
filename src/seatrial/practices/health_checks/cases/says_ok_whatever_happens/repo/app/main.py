def create_app():
    app = Flask(__name__)

    @app.route("/ready")
    def ready():
        """
        Readiness (of this process)
        """
        return "ok", 200

    @app.route("/orders")
    def orders():
        return jsonify(all_orders())

    return app
