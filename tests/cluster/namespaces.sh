# Two machines made of network namespaces: seqnet-a (10.77.0.1) and seqnet-b (10.77.0.2), with a host name
# each and a cable between them, on one file system. b has an ssh server for a key of this run. Sourced
# after common.sh; the caller's EXIT trap must call namespaces_down.

need ip iproute2 sshd openssh-server ssh openssh-client ssh-keygen openssh-client unshare util-linux

namespaces_down() {
    [ ! -f "$work/sshd.pid" ] || kill "$(cat "$work/sshd.pid")" 2>/dev/null || true
    for machine in a b; do
        ip netns delete "seqnet-$machine" 2>/dev/null || true
        rm -rf "/etc/netns/seqnet-$machine"
    done
}

# on MACHINE COMMAND...
on() {
    machine=$1
    shift
    ip netns exec "seqnet-$machine" unshare --uts sh -c 'hostname "$0"; exec "$@"' "seqnet-$machine" "$@"
}

namespaces_up() {
    ip netns add seqnet-a 2>/dev/null || skip "no network namespaces here"
    ip netns add seqnet-b
    ip link add seqnet0 netns seqnet-a type veth peer name seqnet0 netns seqnet-b
    for machine in a b; do
        case $machine in a) address=10.77.0.1 ;; b) address=10.77.0.2 ;; esac
        mkdir -p "/etc/netns/seqnet-$machine"
        printf '127.0.0.1 localhost\n10.77.0.1 seqnet-a\n10.77.0.2 seqnet-b\n' \
            >"/etc/netns/seqnet-$machine/hosts"
        ip -n "seqnet-$machine" address add $address/24 dev seqnet0
        ip -n "seqnet-$machine" link set lo up
        ip -n "seqnet-$machine" link set seqnet0 up
    done
    mkdir -p /run/sshd
    ssh-keygen -q -t ed25519 -N '' -f "$work/key"
    ssh-keygen -q -t ed25519 -N '' -f "$work/host_key"
    cat >"$work/sshd_config" <<END
HostKey $work/host_key
AuthorizedKeysFile $work/key.pub
PidFile $work/sshd.pid
PermitRootLogin prohibit-password
PasswordAuthentication no
StrictModes no
UsePAM no
END
    cat >"$work/ssh_config" <<END
IdentityFile $work/key
StrictHostKeyChecking no
UserKnownHostsFile /dev/null
LogLevel ERROR
BatchMode yes
END
    on b "$(command -v sshd)" -f "$work/sshd_config"
}

# across RANKS COMMAND...: mpirun on a, with every other rank on b, over ssh.
across() {
    ranks=$1
    shift
    on a mpirun -q --allow-run-as-root --oversubscribe --bind-to none --map-by node -n "$ranks" \
        --host "seqnet-a:$ranks,seqnet-b:$ranks" --mca plm_rsh_agent "ssh -F $work/ssh_config" \
        --mca btl_tcp_if_include seqnet0 --mca oob_tcp_if_include seqnet0 "$@"
}
