# What ./run and ./test need of the machine. Sourced by both; each function installs what is missing
# where it can (Debian, Ubuntu), else says in one sentence what to install.

say() { printf '· %s\n' "$*" >&2; }

# install PACKAGE…: by apt-get, as root or through sudo without a question.
install() {
    local as=()
    if ! command -v apt-get >/dev/null; then
        say "please install: $*"
        return 1
    fi
    if [ "$(id -u)" != 0 ]; then
        if ! command -v sudo >/dev/null || ! { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
            say "please run as root: apt-get install $*"
            return 1
        fi
        as=(sudo)
    fi
    say "installing $*"
    local log
    log=$(mktemp)
    # Debian would set up and start a cluster of its own, which nobody here uses.
    if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
        "${as[@]}" mkdir -p /etc/postgresql-common
        echo 'create_main_cluster = false' | "${as[@]}" tee /etc/postgresql-common/createcluster.conf >/dev/null
    fi
    if "${as[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -o Dpkg::Options::=--force-confold --no-install-recommends "$@" >"$log" 2>&1 </dev/null ||
        { "${as[@]}" apt-get update >"$log" 2>&1 </dev/null &&
            "${as[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -o Dpkg::Options::=--force-confold --no-install-recommends "$@" >>"$log" 2>&1 </dev/null; }; then
        rm -f "$log"
        return 0
    fi
    tail -n 5 "$log" >&2
    rm -f "$log"
    say "apt-get could not install: $*"
    return 1
}

# need_program PROGRAM PACKAGE…: one of the packages, whose name differs between systems.
need_program() {
    local program=$1 package
    shift
    command -v "$program" >/dev/null && return 0
    for package in "$@"; do
        install "$package" && command -v "$program" >/dev/null && return 0
    done
    say "$program is still missing"
    return 1
}

need_cargo() {
    command -v cargo >/dev/null && return 0
    if [ -x "$HOME/.cargo/bin/cargo" ]; then
        PATH="$HOME/.cargo/bin:$PATH"
        return 0
    fi
    say "please install Rust 1.95 or newer (https://rustup.rs) and a C compiler"
    return 1
}

need_postgresql() {
    local bin
    for bin in /usr/lib/postgresql/*/bin /usr/pgsql-*/bin "$(pg_config --bindir 2>/dev/null)"; do
        [ -x "$bin/initdb" ] && [ -x "$bin/postgres" ] && return 0
    done
    install postgresql
}

# The packages that pages are built from: again when the lock file changed since the last time.
need_npm_packages() {
    local folder=crates/ui
    local stamp=$folder/node_modules/.installed
    [ -e "$stamp" ] && cmp -s "$stamp" "$folder/package-lock.json" && return 0
    need_program npm npm || return 1
    say "fetching the packages of the pages"
    (cd "$folder" && npm ci --ignore-scripts --no-audit --no-fund --silent </dev/null) || return 1
    cp "$folder/package-lock.json" "$stamp"
}

# The API tester, in an environment of its own.
need_schemathesis() {
    local folder=target/venv
    if [ ! -x "$folder/bin/schemathesis" ]; then
        need_program python3 python3 || return 1
        say "fetching schemathesis"
        if ! python3 -m venv "$folder" >/dev/null 2>&1; then
            install python3-venv && python3 -m venv --clear "$folder" || return 1
        fi
        "$folder/bin/pip" install --quiet --disable-pip-version-check schemathesis==4.32.5 </dev/null || return 1
    fi
    PATH="$PWD/$folder/bin:$PATH"
}
