"""What the tests of joining and of the pipeline share."""

import threading

from django.db import connection


def at_once(acts):
    """Do the acts in threads that begin at one moment; return what each returned or raised."""
    begin = threading.Barrier(len(acts))
    outcomes = []

    def run(act):
        try:
            begin.wait(10)
            outcomes.append(act())
        except Exception as error:
            outcomes.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return outcomes
