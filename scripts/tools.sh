#!/usr/bin/env bash
# Installs generators, pinned, from the languages' own registries into a cache outside the tree, and prints the folder of their commands.
# tools.sh [buf] [go] [python] [java] [rust] [grpcurl] [schemathesis] [redocly]; buf alone when nothing is said. A language whose toolchain is missing is skipped with a word,
# and is a failure where CI=true.
set -euo pipefail
tools="${MATRICULA_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/matricula-tools}"
bin="$tools/bin"
mkdir -p "$bin"

buf=1.75.0
protoc_gen_go=v1.36.12
protoc_gen_go_grpc=v1.6.2
protoc_gen_connect_go=v1.21.1
grpcio_tools=1.85.1
python_protobuf=7.36.2
mypy_protobuf=5.1.0
protoc_java=4.36.2
protoc_gen_grpc_java=1.83.1
grpcurl=v1.9.4
protoc_gen_prost=0.5.0
protoc_gen_tonic=0.5.0
schemathesis=4.32.5
redocly=2.77.0

# once NAME VERSIONS COMMAND...: runs the command unless it has run for these versions.
once() {
  local stamp="$tools/stamp-$1-$2"
  [ -e "$stamp" ] && return 0
  "${@:3}" >&2
  rm -f "$tools/stamp-$1-"*
  touch "$stamp"
}

needs() { # LANGUAGE COMMAND
  command -v "$2" >/dev/null && return 0
  echo "tools: no $2, so nothing is there for $1" >&2
  [ "${CI:-}" != true ]
  return 1
}

# buf is not a development dependency: its package names binaries for platforms that not every mirror carries, and then nothing installs.
install_buf() {
  npm install --prefix "$tools/npm" --no-save --no-audit --no-fund --silent "@bufbuild/buf@$buf"
  ln -sf "$tools/npm/node_modules/.bin/buf" "$bin/buf"
}

install_go() {
  GOBIN="$bin" go install "google.golang.org/protobuf/cmd/protoc-gen-go@$protoc_gen_go"
  GOBIN="$bin" go install "google.golang.org/grpc/cmd/protoc-gen-go-grpc@$protoc_gen_go_grpc"
  GOBIN="$bin" go install "connectrpc.com/connect/cmd/protoc-gen-connect-go@$protoc_gen_connect_go"
}

install_grpcurl() {
  GOBIN="$bin" go install "github.com/fullstorydev/grpcurl/cmd/grpcurl@$grpcurl"
}

install_python() {
  python3 -m venv "$tools/python"
  "$tools/python/bin/pip" install --quiet "grpcio-tools==$grpcio_tools" "protobuf==$python_protobuf" "mypy-protobuf==$mypy_protobuf"
  for command in python protoc-gen-mypy protoc-gen-mypy_grpc; do
    printf '#!/bin/sh\nexec "%s" "$@"\n' "$tools/python/bin/$command" > "$bin/${command/#python/matricula-python}"
    chmod +x "$bin/${command/#python/matricula-python}"
  done
}

install_java() {
  local copy=(mvn --quiet --batch-mode dependency:copy "-DoutputDirectory=$tools/java")
  (cd "$tools" && "${copy[@]}" "-Dartifact=com.google.protobuf:protoc:$protoc_java:exe:linux-x86_64")
  (cd "$tools" && "${copy[@]}" "-Dartifact=io.grpc:protoc-gen-grpc-java:$protoc_gen_grpc_java:exe:linux-x86_64")
  chmod +x "$tools"/java/*.exe
  ln -sf "$tools/java/protoc-$protoc_java-linux-x86_64.exe" "$bin/matricula-protoc-java"
  ln -sf "$tools/java/protoc-gen-grpc-java-$protoc_gen_grpc_java-linux-x86_64.exe" "$bin/protoc-gen-grpc-java"
}

install_rust() {
  cargo install --quiet --locked --root "$tools" "protoc-gen-prost@$protoc_gen_prost" "protoc-gen-tonic@$protoc_gen_tonic"
}

install_schemathesis() {
  python3 -m venv "$tools/schemathesis"
  "$tools/schemathesis/bin/pip" install --quiet "schemathesis==$schemathesis"
  ln -sf "$tools/schemathesis/bin/schemathesis" "$bin/matricula-schemathesis"
}

install_redocly() {
  npm install --prefix "$tools/redocly" --no-save --no-audit --no-fund --silent "@redocly/cli@$redocly"
  ln -sf "$tools/redocly/node_modules/.bin/redocly" "$bin/matricula-redocly"
}

for language in "${@:-buf}"; do
  case "$language" in
    buf) once buf "$buf" install_buf ;;
    go) ! needs go go || once go "$protoc_gen_go-$protoc_gen_go_grpc-$protoc_gen_connect_go" install_go ;;
    grpcurl) ! needs grpcurl go || once grpcurl "$grpcurl" install_grpcurl ;;
    python) ! needs python python3 || once python "$grpcio_tools-$python_protobuf-$mypy_protobuf" install_python ;;
    java) ! needs java mvn || once java "$protoc_java-$protoc_gen_grpc_java" install_java ;;
    rust) ! needs rust cargo || once rust "$protoc_gen_prost-$protoc_gen_tonic" install_rust ;;
    schemathesis) ! needs schemathesis python3 || once schemathesis "$schemathesis" install_schemathesis ;;
    redocly) once redocly "$redocly" install_redocly ;;
    *) echo "tools: unknown: $language" >&2; exit 2 ;;
  esac
done
echo "$bin"
