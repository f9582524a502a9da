"""A hub on this machine: one instructor, one learner, nbgrader's exchange, our course.

The recipe of the page For instructors, as test_hub.py runs it. What is in capitals comes from
the environment.
"""

import os
import sys
from pathlib import Path

c = get_config()  # noqa: F821

here = Path(os.environ["HUB_FOLDER"])
port = int(os.environ["HUB_PORT"])
c.JupyterHub.bind_url = f"http://127.0.0.1:{port}"
c.JupyterHub.hub_bind_url = f"http://127.0.0.1:{port + 1}"
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{port + 2}"
c.ConfigurableHTTPProxy.command = os.environ["HUB_PROXY"].split("|")
c.JupyterHub.db_url = f"sqlite:///{here}/hub.sqlite"
c.JupyterHub.cookie_secret_file = str(here / "cookie_secret")

# Everybody who knows the password of the day, and only these two.
c.JupyterHub.authenticator_class = "dummy"
c.DummyAuthenticator.password = os.environ["HUB_PASSWORD"]
c.Authenticator.allowed_users = {os.environ["HUB_TEACHER"], os.environ["HUB_LEARNER"]}

# Accounts of the system: what separates learners is what separates users of Linux.
c.JupyterHub.spawner_class = "jupyterhub.spawner.LocalProcessSpawner"
c.Spawner.cmd = [sys.executable, "-m", "jupyterhub.singleuser"]
c.Spawner.args = ["--ServerApp.terminals_enabled=False"]
c.Spawner.start_timeout = c.Spawner.http_timeout = 180
c.Spawner.env_keep = ["PATH", "PYTHONPATH", "LANG", "JUPYTER_CONFIG_PATH"]
