from flask import Blueprint, jsonify

status = Blueprint("status", __name__)


@status.route("/_status")
def show_status():
    return jsonify(status="ok", schema=schema_version())


@status.route("/live-orders")
def live_orders():
    return jsonify(orders=session.execute(ORDERS).all())


def schema_version():
    return session.execute("SELECT version_num FROM alembic_version").scalar()
