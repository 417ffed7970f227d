"""What each application of the sample does in one turn."""

from __future__ import annotations

import time

from pgplumb.demo.workload import Application, Client

LARGEST = 1
"""The organisation with the most rows."""
SEARCHES = ("login or invoice", "export calendar", "board -report", "settings")
NAMES = ("%site%", "%app%", "%bill%", "%port%")


def web(client: Client) -> None:
    """Serve one request: mostly reads, a board move with its comment, and a list that asks once a row.

    A display on the wall asks for the dashboard each time.
    """
    client.wait(client.random.uniform(0.6, 1.6))
    with client.transaction(LARGEST):
        client.run("dashboard", LARGEST)
    tenant = client.tenant()
    with client.transaction(tenant):
        match client.random.choice(("board", "search", "find", "feed", "inbox", "move")):
            case "board":
                for task in client.run("list_tasks", tenant):
                    client.run("count_comments_of_task", tenant, task[0])
            case "search":
                words = client.random.choice(SEARCHES)
                client.run("search_tasks", words, tenant, words)
            case "find":
                client.run("find_projects", client.random.choice(NAMES))
            case "feed":
                client.run("read_feed", f"user-{client.random.randrange(3000)}")
            case "inbox":
                client.run("unread_notifications", tenant, client.random.randint(1, 3000))
            case "move":
                _move_a_task(client, tenant)


def _move_a_task(client: Client, tenant: int) -> None:
    """Move a task on the board and say so, for the oldest comment of the organisation."""
    for (task,) in client.run("any_task", tenant, client.random.randint(1, 20)):
        client.run("move_task", tenant, task)
        client.run("add_comment", tenant, task)
        client.run("drop_oldest_comment", tenant)


def worker(client: Client) -> None:
    """Do one background job; run into the row that support holds, if it holds one."""
    client.wait(client.random.uniform(0.8, 1.6))
    if held := client.shared.held_task:
        tenant, task = held
        with client.transaction(tenant):
            client.run("move_task", tenant, task)
        return
    tenant = client.tenant()
    with client.transaction(tenant):
        match client.random.choice(("deliver", "event", "read", "bill")):
            case "deliver":
                for (delivery,) in client.run("add_delivery", tenant):
                    client.run("finish_delivery", delivery)
                    client.run("drop_oldest_delivery", tenant)
            case "event":
                client.run("add_event", time.time_ns(), tenant)
                client.run("drop_oldest_event", tenant)
            case "read":
                client.run("mark_read", tenant)
            case "bill":
                client.run("touch_invoice", tenant)
                client.run("drop_oldest_audit_entry", tenant)


def reporting(client: Client) -> None:
    """Run a slow report now and then."""
    client.wait(client.random.uniform(2.0, 5.0))
    report = client.random.choice(("report_active_people", "report_words", "report_revenue"))
    with client.transaction(LARGEST):
        client.run(report, LARGEST)


def support(client: Client) -> None:
    """Look at a task with the row locked while somebody thinks, or leave a transaction open over coffee."""
    client.wait(client.random.uniform(8.0, 14.0))
    tenant = client.tenant()
    with client.transaction(tenant):
        client.run("become_admin")
        if client.random.random() < 0.6:
            for (task,) in client.run("any_task", tenant, 1):
                client.run("hold_task", task)
                client.shared.held_task = (tenant, task)
                try:
                    client.wait(2.2)
                finally:
                    client.shared.held_task = None
        else:
            client.run("look_around")
            client.wait(client.random.uniform(4.0, 7.0))


def nightly_import(client: Client) -> None:
    """Stay connected all day, which is a flaw, and look at the contacts now and then."""
    client.run("count_important_contacts")
    client.wait(20.0)


APPLICATIONS = (
    Application("web", "web", web),
    Application("worker", "worker", worker),
    Application("reporting", "reports", reporting),
    Application("support", "support console", support),
    Application("nightly_import", "", nightly_import),
)
"""The last one gives itself no name: a flaw too."""
