const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space is left on the device',
  EDQUOT: 'the disk quota is exceeded',
  ENOTDIR: 'a part of the path is no directory',
  EEXIST: 'a part of the path is no directory',
  EISDIR: 'it is a directory',
  ENOENT: 'there is no such file or directory',
  ENAMETOOLONG: 'the name is too long',
  ELOOP: 'there is a loop of symbolic links',
  EIO: 'the device has failed',
};

/** What the operating system has against a file, in words; undefined for anything else that was thrown. */
export function systemReason(error: unknown): string | undefined {
  const code = codeOf(error);
  if (code === undefined) return undefined;
  return Object.hasOwn(reasons, code) ? reasons[code] : code;
}

/** The operating system's code, `ENOENT` for example. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && 'syscall' in error ? String(error.code) : undefined;
}
