#!/bin/sh
# Resolves the dependencies of the run and of the tests in an empty virtual environment, and writes the versions
# found to constraints.txt. tests/project checks that the result covers Linux, Windows and macOS.
set -eu
cd "$(dirname "$0")/.."
environment=build/lock
rm -rf "$environment"
"${PYTHON:-python3}" -m venv "$environment"
"$environment/bin/python" -m pip --disable-pip-version-check install --quiet '.[test]'
"$environment/bin/python" -m pip --disable-pip-version-check freeze --exclude carfan >"$environment/frozen.txt"
{
  echo "# Every package of the run and of the tests, pinned. Written by 'make lock': do not edit."
  LC_ALL=C sort -f "$environment/frozen.txt"
} >constraints.txt
rm -rf "$environment"
echo "constraints.txt: $(grep -c == constraints.txt) packages pinned"
