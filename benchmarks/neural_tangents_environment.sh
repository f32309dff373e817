#!/bin/sh
# Make a virtual environment (2.5 GB) in which neural-tangents, the reference of the kernel benchmarks, can be imported:
#   sh benchmarks/neural_tangents_environment.sh FOLDER
#   python benchmarks/kernel_speed.py --reference FOLDER/bin/python
# Its last release needs a jax older than 0.6; give FOLDER outside the repository.
set -eu
folder=${1:?"usage: neural_tangents_environment.sh FOLDER"}
"${PYTHON:-python3}" -m venv "$folder"
"$folder/bin/python" -m pip install \
    "neural-tangents==0.6.5" "jax==0.5.3" "jaxlib==0.5.3" "numpy==2.4.6" "scipy==1.17.1" "tf2jax==0.3.7" "tensorflow==2.21.0"
"$folder/bin/python" -c "import neural_tangents; print('neural-tangents', neural_tangents.__version__)"
