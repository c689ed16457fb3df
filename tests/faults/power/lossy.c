/* A folder on a disk that forgets: what is written and not fsynced lives only in this process.
 *
 *     lossy BACKING MOUNTPOINT SEED PERCENT
 *
 * fsync and fdatasync carry a file over into BACKING, which stands for the platter. Now and then
 * (PERCENT of the writes, chosen by SEED) some other dirty page, or only the first sectors of it,
 * reaches the platter by itself and out of order, as the kernel writes back when it likes. kill -9
 * of this process is the power cut: all else is gone at that instant. Names, folders and lengths
 * that are cut (truncate) are durable at once; lengths that grow are not.
 *
 *     cc -O2 -o lossy lossy.c $(pkg-config fuse3 --cflags --libs)
 */
#define FUSE_USE_VERSION 31
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <fuse.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <dirent.h>
#include <unistd.h>

#define PAGE 4096
#define SECTOR 512
#define BUCKETS 65536

struct page {
	ino_t ino;
	off_t number;
	char bytes[PAGE];
	struct page *next;
};
struct length {
	ino_t ino;
	off_t size; /* as everybody sees it; on the platter it may still be shorter */
	struct length *next;
};

static struct page *pages[BUCKETS];
static struct length *lengths[BUCKETS];
static char root[PATH_MAX];
static uint64_t state;
static unsigned percent;

static unsigned dice(unsigned sides)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (unsigned)((state >> 11) % sides);
}

static char *full(const char *path)
{
	static char name[PATH_MAX * 2];
	snprintf(name, sizeof name, "%s%s", root, path);
	return name;
}

static unsigned slot(ino_t ino, off_t number)
{
	return (unsigned)(((uint64_t)ino * 2654435761u + (uint64_t)number * 40503u) % BUCKETS);
}

static struct page **find(ino_t ino, off_t number)
{
	struct page **at = &pages[slot(ino, number)];
	while (*at && ((*at)->ino != ino || (*at)->number != number))
		at = &(*at)->next;
	return at;
}

static struct length **length_of(ino_t ino)
{
	struct length **at = &lengths[slot(ino, 0)];
	while (*at && (*at)->ino != ino)
		at = &(*at)->next;
	return at;
}

static ino_t ino_of(int fd)
{
	struct stat st;
	return fstat(fd, &st) ? 0 : st.st_ino;
}

static off_t size_of(int fd)
{
	struct stat st;
	if (fstat(fd, &st))
		return 0;
	struct length *known = *length_of(st.st_ino);
	return known ? known->size : st.st_size;
}

static void set_size(ino_t ino, off_t size)
{
	struct length **at = length_of(ino);
	if (!*at) {
		*at = calloc(1, sizeof **at);
		(*at)->ino = ino;
	}
	(*at)->size = size;
}

/* A page as everybody sees it: the dirty one, or a new one filled from the platter. */
static struct page *page_for(int fd, ino_t ino, off_t number)
{
	struct page **at = find(ino, number);
	if (*at)
		return *at;
	struct page *made = calloc(1, sizeof *made);
	made->ino = ino;
	made->number = number;
	if (pread(fd, made->bytes, PAGE, number * PAGE) < 0)
		memset(made->bytes, 0, PAGE);
	*at = made;
	return made;
}

static void carry(int fd, const struct page *page, size_t bytes)
{
	off_t begin = page->number * PAGE, end = size_of(fd);
	if (begin >= end)
		return;
	if ((off_t)bytes > end - begin)
		bytes = (size_t)(end - begin);
	if (pwrite(fd, page->bytes, bytes, begin) < 0)
		perror("lossy: carry");
}

/* From `first` on, all of a file's dirty pages: carried over to the platter, or just forgotten. */
static void drop(int fd, ino_t ino, off_t first, int carried)
{
	for (unsigned i = 0; i < BUCKETS; i++)
		for (struct page **at = &pages[i]; *at;) {
			struct page *page = *at;
			if (page->ino != ino || page->number < first) {
				at = &page->next;
				continue;
			}
			if (carried)
				carry(fd, page, PAGE);
			*at = page->next;
			free(page);
		}
}

static void forget(ino_t ino)
{
	drop(-1, ino, 0, 0);
	struct length **at = length_of(ino);
	if (*at) {
		struct length *known = *at;
		*at = known->next;
		free(known);
	}
}

/* The kernel's own mind: one page near the last write, whole or only its first sectors. */
static void write_back(int fd, ino_t ino, off_t near)
{
	if (dice(100) >= percent)
		return;
	struct page *page = *find(ino, near > 0 ? near - dice((unsigned)near < 8 ? near + 1 : 8) : 0);
	if (page)
		carry(fd, page, dice(3) ? PAGE : SECTOR * (1 + dice(PAGE / SECTOR)));
}

static int do_getattr(const char *path, struct stat *st, struct fuse_file_info *fi)
{
	if ((fi ? fstat((int)fi->fh, st) : lstat(full(path), st)) == -1)
		return -errno;
	struct length *known = S_ISREG(st->st_mode) ? *length_of(st->st_ino) : NULL;
	if (known)
		st->st_size = known->size;
	return 0;
}

static int do_readdir(const char *path, void *buffer, fuse_fill_dir_t fill, off_t offset,
		      struct fuse_file_info *fi, enum fuse_readdir_flags flags)
{
	(void)offset, (void)fi, (void)flags;
	DIR *folder = opendir(full(path));
	if (!folder)
		return -errno;
	for (struct dirent *entry; (entry = readdir(folder));)
		if (fill(buffer, entry->d_name, NULL, 0, 0))
			break;
	closedir(folder);
	return 0;
}

static void give(const char *path)
{
	struct fuse_context *who = fuse_get_context();
	if (lchown(full(path), who->uid, who->gid) == -1)
		perror("lossy: chown");
}

static int do_create(const char *path, mode_t mode, struct fuse_file_info *fi)
{
	int fd = open(full(path), (fi->flags & O_TRUNC) | O_CREAT | O_RDWR, mode);
	if (fd == -1)
		return -errno;
	give(path);
	struct stat st;
	if (!fstat(fd, &st) && st.st_size == 0)
		forget(st.st_ino);
	fi->fh = (uint64_t)fd;
	return 0;
}

static int do_open(const char *path, struct fuse_file_info *fi)
{
	int fd = open(full(path), (fi->flags & O_TRUNC) | O_RDWR);
	if (fd == -1 && (errno == EACCES || errno == EISDIR))
		fd = open(full(path), O_RDONLY);
	if (fd == -1)
		return -errno;
	if (fi->flags & O_TRUNC)
		forget(ino_of(fd));
	fi->fh = (uint64_t)fd;
	return 0;
}

static int do_read(const char *path, char *buffer, size_t size, off_t offset,
		   struct fuse_file_info *fi)
{
	(void)path;
	int fd = (int)fi->fh;
	ino_t ino = ino_of(fd);
	off_t end = size_of(fd);
	if (offset >= end)
		return 0;
	if ((off_t)size > end - offset)
		size = (size_t)(end - offset);
	memset(buffer, 0, size);
	if (pread(fd, buffer, size, offset) < 0)
		return -errno;
	for (off_t number = offset / PAGE; number * PAGE < offset + (off_t)size; number++) {
		struct page *page = *find(ino, number);
		if (!page)
			continue;
		off_t from = number * PAGE > offset ? number * PAGE : offset;
		off_t to = (number + 1) * PAGE;
		if (to > offset + (off_t)size)
			to = offset + (off_t)size;
		memcpy(buffer + (from - offset), page->bytes + (from - number * PAGE), to - from);
	}
	return (int)size;
}

static int do_write(const char *path, const char *buffer, size_t size, off_t offset,
		    struct fuse_file_info *fi)
{
	(void)path;
	int fd = (int)fi->fh;
	ino_t ino = ino_of(fd);
	off_t end = size_of(fd), last = (offset + (off_t)size - 1) / PAGE;
	for (off_t at = offset; at < offset + (off_t)size;) {
		struct page *page = page_for(fd, ino, at / PAGE);
		size_t inside = (size_t)(at % PAGE), room = PAGE - inside;
		size_t left = (size_t)(offset + (off_t)size - at);
		memcpy(page->bytes + inside, buffer + (at - offset), room < left ? room : left);
		at += (off_t)(room < left ? room : left);
	}
	if (offset + (off_t)size > end)
		set_size(ino, offset + (off_t)size);
	write_back(fd, ino, last);
	return (int)size;
}

static int do_fsync(const char *path, int only_data, struct fuse_file_info *fi)
{
	(void)path, (void)only_data;
	int fd = (int)fi->fh;
	ino_t ino = ino_of(fd);
	off_t size = size_of(fd);
	drop(fd, ino, 0, 1);
	if (*length_of(ino) && ftruncate(fd, size) == -1)
		return -errno;
	forget(ino);
	return 0;
}

static int do_truncate(const char *path, off_t size, struct fuse_file_info *fi)
{
	int fd = fi ? (int)fi->fh : open(full(path), O_RDWR);
	if (fd == -1)
		return -errno;
	ino_t ino = ino_of(fd);
	int failed = 0;
	if (size < size_of(fd)) {
		struct page *page = *find(ino, size / PAGE);
		if (page)
			memset(page->bytes + size % PAGE, 0, PAGE - size % PAGE);
		drop(fd, ino, (size + PAGE - 1) / PAGE, 0);
		struct stat st;
		if (!fstat(fd, &st) && st.st_size > size)
			failed = ftruncate(fd, size) == -1 ? errno : 0;
	}
	set_size(ino, size);
	if (!fi)
		close(fd);
	return -failed;
}

static int do_release(const char *path, struct fuse_file_info *fi)
{
	(void)path;
	struct stat st;
	if (!fstat((int)fi->fh, &st) && st.st_nlink == 0)
		forget(st.st_ino);
	close((int)fi->fh);
	return 0;
}

static int do_unlink(const char *path)
{
	struct stat st;
	if (!lstat(full(path), &st) && S_ISREG(st.st_mode) && st.st_nlink == 1)
		forget(st.st_ino);
	return unlink(full(path)) == -1 ? -errno : 0;
}

static int do_rename(const char *from, const char *to, unsigned flags)
{
	struct stat st;
	char old[PATH_MAX * 2];
	if (flags)
		return -EINVAL;
	if (!lstat(full(to), &st) && S_ISREG(st.st_mode) && st.st_nlink == 1)
		forget(st.st_ino);
	snprintf(old, sizeof old, "%s%s", root, from);
	return rename(old, full(to)) == -1 ? -errno : 0;
}

static int do_mkdir(const char *path, mode_t mode)
{
	if (mkdir(full(path), mode) == -1)
		return -errno;
	give(path);
	return 0;
}

static int do_rmdir(const char *path)
{
	return rmdir(full(path)) == -1 ? -errno : 0;
}

static int do_link(const char *from, const char *to)
{
	char old[PATH_MAX * 2];
	snprintf(old, sizeof old, "%s%s", root, from);
	return link(old, full(to)) == -1 ? -errno : 0;
}

static int do_symlink(const char *to, const char *path)
{
	return symlink(to, full(path)) == -1 ? -errno : 0;
}

static int do_readlink(const char *path, char *buffer, size_t size)
{
	ssize_t got = readlink(full(path), buffer, size - 1);
	if (got == -1)
		return -errno;
	buffer[got] = 0;
	return 0;
}

static int do_chmod(const char *path, mode_t mode, struct fuse_file_info *fi)
{
	(void)fi;
	return chmod(full(path), mode) == -1 ? -errno : 0;
}

static int do_chown(const char *path, uid_t uid, gid_t gid, struct fuse_file_info *fi)
{
	(void)fi;
	return lchown(full(path), uid, gid) == -1 ? -errno : 0;
}

static int do_utimens(const char *path, const struct timespec ts[2], struct fuse_file_info *fi)
{
	(void)fi;
	return utimensat(0, full(path), ts, AT_SYMLINK_NOFOLLOW) == -1 ? -errno : 0;
}

static int do_statfs(const char *path, struct statvfs *st)
{
	return statvfs(full(path), st) == -1 ? -errno : 0;
}

static int do_fsyncdir(const char *path, int only_data, struct fuse_file_info *fi)
{
	(void)path, (void)only_data, (void)fi;
	return 0; /* names are durable at once */
}

static const struct fuse_operations operations = {
	.getattr = do_getattr, .readdir = do_readdir, .create = do_create, .open = do_open,
	.read = do_read, .write = do_write, .fsync = do_fsync, .truncate = do_truncate,
	.release = do_release, .unlink = do_unlink, .rename = do_rename, .mkdir = do_mkdir,
	.rmdir = do_rmdir, .link = do_link, .symlink = do_symlink, .readlink = do_readlink,
	.chmod = do_chmod, .chown = do_chown, .utimens = do_utimens, .statfs = do_statfs,
	.fsyncdir = do_fsyncdir,
};

int main(int argc, char **argv)
{
	if (argc != 5 || !realpath(argv[1], root)) {
		fputs("lossy BACKING MOUNTPOINT SEED PERCENT\n", stderr);
		return 2;
	}
	state = strtoull(argv[3], NULL, 10) * 0x9E3779B97F4A7C15u + 1;
	percent = (unsigned)strtoul(argv[4], NULL, 10);
	umask(0);
	char *given[] = {argv[0], argv[2], "-f", "-s", "-o",
			 "allow_other,default_permissions,attr_timeout=0,entry_timeout=0"};
	return fuse_main(6, given, &operations, NULL);
}
