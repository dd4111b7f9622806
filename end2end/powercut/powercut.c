/* Writes down, in the order in which they happen, all changes that a process makes to
 * the files below one folder, so that a test can rebuild what a power cut would leave.
 * Loaded with LD_PRELOAD; it stands outside the workspace, which forbids unsafe code.
 *
 *   POWERCUT_FOLDER   the folder, as its real path
 *   POWERCUT_JOURNAL  the file to append records to, outside the folder
 *   POWERCUT_EIO      while this path exists, every sync fails with EIO
 *   POWERCUT_DIE      if this path exists at a sync, it is removed and the process ends there
 *   POWERCUT_ENOSPC   while this path exists, every write fails with ENOSPC
 *
 * A record: kind (1 byte), descriptor (u32), number (u64), length of text (u32), text;
 * numbers in this machine's byte order.
 *   S  a process starts: its descriptors are new
 *   O  open; number 1 = made new, 2 = emptied, 0 = neither; text = path
 *   C  close
 *   W  write; number = offset, text = bytes
 *   T  truncate; number = new length
 *   Y  sync has ended well; number = records in the journal when it began
 *   U  unlink; text = path
 *   R  rename; text = old path, NUL, new path
 * Journal and change are made under one lock, so the order is the true one. A sync takes
 * no lock while it runs; what was written meanwhile is not covered by it.
 *
 * "-shm" files are left out: SQLite maps them, and rebuilds them after a crash.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define DESCRIPTORS 4096

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static const char *folder;
static int journal = -1;
static uint64_t records;
static char watched[DESCRIPTORS];

static void give_up(const char *why) {
    fprintf(stderr, "powercut: %s\n", why);
    _exit(97);
}

static void record(char kind, int fd, uint64_t number, const void *text, uint32_t length) {
    char head[17];
    uint32_t descriptor = (uint32_t)fd;
    head[0] = kind;
    memcpy(head + 1, &descriptor, 4);
    memcpy(head + 5, &number, 8);
    memcpy(head + 13, &length, 4);
    struct iovec parts[2] = {{head, sizeof head}, {(void *)text, length}};
    long want = (long)sizeof head + length;
    if (syscall(SYS_writev, journal, parts, 2) != want) give_up("can't write the journal");
    records++;
}

/* The journal goes on after a process that died, so its records are counted anew. */
static void count_records(void) {
    int in = (int)syscall(SYS_openat, AT_FDCWD, getenv("POWERCUT_JOURNAL"), O_RDONLY | O_CLOEXEC, 0);
    unsigned char head[17];
    uint32_t length;
    while (in >= 0 && read(in, head, sizeof head) == (ssize_t)sizeof head) {
        memcpy(&length, head + 13, 4);
        lseek(in, length, SEEK_CUR);
        records++;
    }
    if (in >= 0) syscall(SYS_close, in);
}

__attribute__((constructor)) static void start(void) {
    folder = getenv("POWERCUT_FOLDER");
    const char *path = getenv("POWERCUT_JOURNAL");
    if (!folder || !path) give_up("POWERCUT_FOLDER and POWERCUT_JOURNAL must be set");
    count_records();
    journal = (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (journal < 0) give_up("can't open the journal");
    record('S', 0, 0, "", 0);
}

static int inside(const char *path) {
    size_t prefix = strlen(folder), length = strlen(path);
    if (strncmp(path, folder, prefix) || (path[prefix] && path[prefix] != '/')) return 0;
    return length < 4 || strcmp(path + length - 4, "-shm");
}

static int watching(int fd) {
    return fd >= 0 && fd < DESCRIPTORS && watched[fd];
}

static int injected(const char *variable) {
    const char *path = getenv(variable);
    return path && syscall(SYS_faccessat, AT_FDCWD, path, F_OK) == 0;
}

static int open_at(int at, const char *path, int flags, mode_t mode) {
    if (journal < 0 || !inside(path)) return (int)syscall(SYS_openat, at, path, flags, mode);
    pthread_mutex_lock(&lock);
    int existed = syscall(SYS_faccessat, AT_FDCWD, path, F_OK) == 0;
    int fd = (int)syscall(SYS_openat, at, path, flags, mode);
    int error = errno;
    if (fd >= DESCRIPTORS) give_up("too many open files");
    if (fd >= 0) {
        watched[fd] = 1;
        record('O', fd, existed ? (flags & O_TRUNC ? 2 : 0) : 1, path, (uint32_t)strlen(path));
    }
    pthread_mutex_unlock(&lock);
    errno = error;
    return fd;
}

#define MODE(flags)                                   \
    mode_t mode = 0;                                  \
    if ((flags) & (O_CREAT | O_TMPFILE)) {            \
        va_list rest;                                 \
        va_start(rest, flags);                        \
        mode = va_arg(rest, mode_t);                  \
        va_end(rest);                                 \
    }

int open(const char *path, int flags, ...) { MODE(flags) return open_at(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE(flags) return open_at(AT_FDCWD, path, flags, mode); }
int openat(int at, const char *path, int flags, ...) { MODE(flags) return open_at(at, path, flags, mode); }
int openat64(int at, const char *path, int flags, ...) { MODE(flags) return open_at(at, path, flags, mode); }

int close(int fd) {
    pthread_mutex_lock(&lock);
    if (watching(fd)) {
        watched[fd] = 0;
        record('C', fd, 0, "", 0);
    }
    int result = (int)syscall(SYS_close, fd);
    pthread_mutex_unlock(&lock);
    return result;
}

static ssize_t write_at(int fd, const void *bytes, size_t length, off_t offset, int positioned) {
    if (!watching(fd))
        return positioned ? syscall(SYS_pwrite64, fd, bytes, length, offset)
                          : syscall(SYS_write, fd, bytes, length);
    if (injected("POWERCUT_ENOSPC")) {
        errno = ENOSPC;
        return -1;
    }
    pthread_mutex_lock(&lock);
    if (!positioned) {
        int append = fcntl(fd, F_GETFL) & O_APPEND;
        offset = lseek(fd, 0, append ? SEEK_END : SEEK_CUR);
    }
    ssize_t done = positioned ? syscall(SYS_pwrite64, fd, bytes, length, offset)
                              : syscall(SYS_write, fd, bytes, length);
    int error = errno;
    if (done > 0) record('W', fd, (uint64_t)offset, bytes, (uint32_t)done);
    pthread_mutex_unlock(&lock);
    errno = error;
    return done;
}

ssize_t write(int fd, const void *bytes, size_t length) { return write_at(fd, bytes, length, 0, 0); }
ssize_t pwrite(int fd, const void *bytes, size_t length, off_t at) { return write_at(fd, bytes, length, at, 1); }
ssize_t pwrite64(int fd, const void *bytes, size_t length, off_t at) { return write_at(fd, bytes, length, at, 1); }

/* Ways of writing that nothing here uses: better a loud end than a hole in the journal. */
ssize_t writev(int fd, const struct iovec *parts, int count) {
    if (watching(fd)) give_up("writev is not written down");
    return syscall(SYS_writev, fd, parts, count);
}

static int truncate_to(int fd, off_t length) {
    if (!watching(fd)) return (int)syscall(SYS_ftruncate, fd, length);
    pthread_mutex_lock(&lock);
    int result = (int)syscall(SYS_ftruncate, fd, length);
    int error = errno;
    if (!result) record('T', fd, (uint64_t)length, "", 0);
    pthread_mutex_unlock(&lock);
    errno = error;
    return result;
}

int ftruncate(int fd, off_t length) { return truncate_to(fd, length); }
int ftruncate64(int fd, off_t length) { return truncate_to(fd, length); }

static int sync_with(long call, int fd) {
    if (!watching(fd)) return (int)syscall(call, fd);
    if (injected("POWERCUT_EIO")) {
        errno = EIO;
        return -1;
    }
    if (injected("POWERCUT_DIE")) {
        syscall(SYS_unlinkat, AT_FDCWD, getenv("POWERCUT_DIE"), 0);
        _exit(98);
    }
    pthread_mutex_lock(&lock);
    uint64_t covered = records;
    pthread_mutex_unlock(&lock);
    int result = (int)syscall(call, fd);
    int error = errno;
    pthread_mutex_lock(&lock);
    if (!result) record('Y', fd, covered, "", 0);
    pthread_mutex_unlock(&lock);
    errno = error;
    return result;
}

int fsync(int fd) { return sync_with(SYS_fsync, fd); }
int fdatasync(int fd) { return sync_with(SYS_fdatasync, fd); }

static int unlink_at(int at, const char *path, int flags) {
    if (journal < 0 || !inside(path)) return (int)syscall(SYS_unlinkat, at, path, flags);
    pthread_mutex_lock(&lock);
    int result = (int)syscall(SYS_unlinkat, at, path, flags);
    int error = errno;
    if (!result) record('U', 0, 0, path, (uint32_t)strlen(path));
    pthread_mutex_unlock(&lock);
    errno = error;
    return result;
}

int unlink(const char *path) { return unlink_at(AT_FDCWD, path, 0); }
int unlinkat(int at, const char *path, int flags) { return unlink_at(at, path, flags); }

int rename(const char *from, const char *to) {
    if (journal < 0 || (!inside(from) && !inside(to)))
        return (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
    char both[8192];
    int length = snprintf(both, sizeof both, "%s%c%s", from, 0, to);
    if (length < 0 || length >= (int)sizeof both) give_up("too long a path");
    pthread_mutex_lock(&lock);
    int result = (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
    int error = errno;
    if (!result) record('R', 0, 0, both, (uint32_t)length);
    pthread_mutex_unlock(&lock);
    errno = error;
    return result;
}
