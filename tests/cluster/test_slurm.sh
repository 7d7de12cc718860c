#!/bin/sh
# srun and sbatch on a Slurm of one machine, which this starts and ends.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/common.sh"
need slurmctld slurm-wlm slurmd slurm-wlm srun slurm-wlm munged munge runuser util-linux
pgrep -x slurmctld >/dev/null && skip "a Slurm runs here already"
pgrep -x munged >/dev/null && skip "a munge daemon runs here already"

down() {
    for daemon in slurmd slurmctld munged; do
        [ ! -f "$work/$daemon.pid" ] || kill "$(cat "$work/$daemon.pid")" 2>/dev/null || true
    done
    for _ in $(seq 50); do
        rm -rf "$work" 2>/dev/null && break
        sleep 0.1
    done
}
trap down EXIT

chmod 755 "$work"
mkdir -p /run/munge slurmd slurmctld
chown munge /run/munge
dd if=/dev/urandom of=munge.key bs=128 count=1 2>/dev/null
chown munge munge.key
chmod 400 munge.key
mkdir munge
chown munge munge
runuser -u munge -- "$(command -v munged)" --key-file="$work/munge.key" --socket="$work/munge/socket" \
    --pid-file="$work/munge/pid" --log-file="$work/munge/log" --seed-file="$work/munge/seed"
cp munge/pid munged.pid
host=$(hostname -s)
cat >slurm.conf <<END
ClusterName=seqnet
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
SlurmctldPort=26817
SlurmdPort=26818
AuthType=auth/munge
AuthInfo=socket=$work/munge/socket
CredType=cred/munge
MpiDefault=pmix
ProctrackType=proctrack/pgid
TaskPlugin=task/none
ReturnToService=2
StateSaveLocation=$work/slurmctld
SlurmdSpoolDir=$work/slurmd
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/slurmd.pid
SlurmctldLogFile=$work/slurmctld.log
SlurmdLogFile=$work/slurmd.log
NodeName=$host NodeAddr=127.0.0.1 CPUs=$(nproc) State=UNKNOWN
PartitionName=all Nodes=$host Default=YES OverSubscribe=FORCE:8
END
export SLURM_CONF=$work/slurm.conf
slurmctld
slurmd
for _ in $(seq 100); do
    sinfo -h -o %T 2>/dev/null | grep -q idle && break
    sleep 0.2
done
sinfo -h -o %T | grep -q idle || {
    tail -n 5 slurmctld.log slurmd.log
    exit 1
}

reviews 400 >reviews.csv
"$SEQNET" train reviews.csv --epochs 2 -o one.st 2>one.log
srun --mpi=pmix -n 2 --overcommit "$SEQNET" train reviews.csv --epochs 2 -o many.st 2>many.log
same "srun trains the model of one process" "$(fingerprint one.log)" "$(fingerprint many.log)"

cat >job.sh <<END
#!/bin/sh
#SBATCH --ntasks=2 --overcommit --output=$work/job.log
srun $SEQNET train $work/reviews.csv --epochs 2 -o $work/job.st
END
sbatch --wait job.sh >/dev/null
same "sbatch, too" "$(fingerprint one.log)" "$(fingerprint job.log)"

code=0
srun --mpi=none -n 2 --overcommit "$SEQNET" train reviews.csv -o none.st 2>none.log || code=$?
same "tasks that cannot find each other are refused" "2 1" \
    "$code $(grep -c '^seqnet: srun has started 2 processes' none.log)"

code=0
srun -n 2 --overcommit "$SEQNET" train missing.csv 2>missing.log || code=$?
same "an error is one line, with its exit code" "3 1" "$code $(grep -c '^seqnet: ' missing.log)"

SEQNET_MPI=off srun --mpi=none -n 2 --overcommit sh -c \
    'exec "$0" predict -q -m one.st --input reviews.csv -o "task$SLURM_PROCID.txt"' "$SEQNET"
same "SEQNET_MPI=off: tasks with work of their own" "$(cksum <task0.txt)" "$(cksum <task1.txt)"
