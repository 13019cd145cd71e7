"""Memory and CPU of k kernels at once, and what a class needs: python -m course_utils kernels
[--counts 1 2 4 8 16] [--students 30 300] [--lessons 12 16].

For each k it starts k kernels, lets each run the set-up of a lesson, load the text VAE of
lesson 16 and train a small GAN, all at the same moment, and measures them: the memory that belongs
to a kernel alone (USS), what the operating system counts where pages are shared (PSS), and how long
the training takes beside k = 1. More students than that are modelled, and the table says so:

    memory = 1 GB for the system and the hub + students · (kernel + server)
    cores  = students · CPU seconds of the training / seconds that a student is to wait for it

A kernel is the largest that was measured, --lessons included: these are run whole, for their peak.
A server is what each student has besides, JupyterLab itself. The second line is the moment in class
when everybody runs the same cell. Students who work on their own compute for about one minute in an
hour (a lesson takes at most 45 CPU seconds, and 75 minutes), so a sixtieth of their number in cores
is enough for them on average.
"""

import argparse
import math
import os
import statistics
import subprocess
import sys
import time

import nbformat
import pandas as pd
import psutil
from jupyter_client.manager import start_new_kernel
from nbclient import NotebookClient

from ..lessons import lesson

WAIT = 30  # seconds that a student is to wait, at most, when all run the same cell
SYSTEM = 1.0  # GB for the system and the hub
SETTLE = 15  # seconds until JupyterLab has started
PEAK = "import resource\nprint(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
SETUP = """
from course_utils import distributions, models, run, steering, text
from course_utils.losses import discriminator_loss, generator_nonsaturating
import time, torch
vae, steer = text.load_vae("tatoeba"), steering.load("tatoeba")
"""
TRAINING = """
started = time.process_time()
run.seed_everything(0)
ring = distributions.ring(std=0.05)
generator = models.mlp([2, 64, 64, 2], torch.nn.ReLU, 6)
discriminator = models.gan_discriminator([2, 64, 64], torch.nn.ReLU, 6)
opt_g = torch.optim.Adam(generator.parameters(), 1e-3)
opt_d = torch.optim.Adam(discriminator.parameters(), 1e-3)
for _ in range(300):
    x_fake = generator(torch.randn(6, 64, 2))
    loss_d = discriminator_loss(discriminator(ring.sample(6, 64)), discriminator(x_fake.detach()))
    opt_d.zero_grad(); loss_d.sum().backward(); opt_d.step()
    opt_g.zero_grad(); generator_nonsaturating(discriminator(x_fake)).sum().backward(); opt_g.step()
print(time.process_time() - started)
"""


def _wait(client, number):
    """What the kernel printed for the execution `number`. Raises RuntimeError for an error."""
    printed = ""
    while True:
        message = client.get_iopub_msg(timeout=600)
        if message["parent_header"].get("msg_id") != number:
            continue
        kind, content = message["msg_type"], message["content"]
        if kind == "stream" and content["name"] == "stdout":
            printed += content["text"]
        if kind == "error":
            raise RuntimeError(f"a kernel stopped: {content['ename']}: {content['evalue']}")
        if kind == "status" and content["execution_state"] == "idle":
            return printed


def _memory(manager):
    """(USS, PSS) of a kernel in MB; PSS is the USS where the system does not tell it."""
    found = psutil.Process(manager.provisioner.pid).memory_full_info()
    return found.uss / 1e6, getattr(found, "pss", found.uss) / 1e6


def measure(k):
    """A row for k kernels at once."""
    kernels = [start_new_kernel(kernel_name="python3") for _ in range(k)]
    try:
        for code in (SETUP, TRAINING):
            started = time.perf_counter()
            numbers = [client.execute(code) for _, client in kernels]
            printed = [_wait(client, number) for (_, client), number in zip(kernels, numbers)]
            wall = time.perf_counter() - started
        uss, pss = zip(*(_memory(manager) for manager, _ in kernels))
        return {
            "kernels": k,
            "USS a kernel [MB]": round(max(uss)),
            "PSS of all [MB]": round(sum(pss)),
            "CPU of the training [s]": round(statistics.median(map(float, printed)), 1),
            "until all are done [s]": round(wall, 1),
        }
    finally:
        for manager, client in kernels:
            client.stop_channels()
            manager.shutdown_kernel(now=True)


def peak(number):
    """The largest memory in MB that a kernel has while it runs that lesson."""
    path = lesson(number).path
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell(PEAK))
    folder = {"metadata": {"path": str(path.parent)}}
    unknown = os.environ | {"COURSE_TALLY": "off"}
    NotebookClient(notebook, timeout=600, resources=folder).execute(env=unknown)
    return int(notebook.cells[-1].outputs[0].text) * (1 if sys.platform == "darwin" else 1024) / 1e6


def server():
    """The memory in MB of JupyterLab without a kernel."""
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--port-retries=50"]
    with subprocess.Popen(
        [*command, "--allow-root"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        time.sleep(SETTLE)
        found = psutil.Process(process.pid).memory_full_info().uss / 1e6
        process.terminate()
    return found


def model(rows, students, of_server=0, of_lessons=0):
    """What a class of so many needs, from the measured rows and MB of a server and of lessons."""
    kernel = max([of_lessons, *(row["USS a kernel [MB]"] for row in rows)])
    memory = (kernel + of_server) / 1000
    cpu = rows[0]["CPU of the training [s]"]
    return {
        "students": students,
        "memory [GB]": round(SYSTEM + students * memory),
        "cores, all at once": math.ceil(students * cpu / WAIT),
        "cores, each on their own": math.ceil(students / 60),
    }


def main(args):
    """Measure, then model."""
    parser = argparse.ArgumentParser("python -m course_utils kernels")
    parser.add_argument("--counts", type=int, nargs="+", default=[1, 2, 4, 8, 16])
    parser.add_argument("--students", type=int, nargs="+", default=[30, 300])
    parser.add_argument("--lessons", type=int, nargs="*", default=[12, 16])
    asked = parser.parse_args(args)
    rows = [measure(k) for k in asked.counts]
    print(f"Measured on {psutil.cpu_count()} cores:")
    print(pd.DataFrame(rows).to_string(index=False))
    of_server, peaks = server(), {number: peak(number) for number in asked.lessons}
    print(f"JupyterLab itself: {of_server:.0f} MB")
    for number, found in peaks.items():
        print(f"lesson {number:02d}, at its peak: {found:.0f} MB")
    print("Modelled, not measured:")
    largest = max(peaks.values(), default=0)
    classes = [model(rows, n, of_server, largest) for n in asked.students]
    print(pd.DataFrame(classes).to_string(index=False))
    return 0
