"""As python-gitlab's documentation writes it: project after project."""

import os
import sys

import gitlab

client = gitlab.Gitlab(os.environ["GITLAB_BASE_URL"], private_token=os.environ["GITLAB_TOKEN"])
group = client.groups.get("estate", lazy=True)
found = 0
for project in group.projects.list(iterator=True, include_subgroups=True, with_shared=False, per_page=100):
    tokens = client.projects.get(project.id, lazy=True).deploytokens.list(get_all=True, per_page=100)
    found += len(tokens)
if found != int(sys.argv[1]):
    sys.exit(f"{found} deploy tokens, expected {sys.argv[1]}")
