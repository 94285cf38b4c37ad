import Glibc

/// The unix socket on which a relay takes commands: mode 0600, one relay a path, gone at the end.
final class ControlPort {
  let path: String
  let descriptor: Int32
  private let identity: (device: dev_t, inode: ino_t)

  /// Listens at `path`; throws `alreadyRunning` if a relay answers there. A socket file that
  /// nobody listens to is replaced.
  init(at path: String) throws(RelayError) {
    let lock = try Self.lockFolder(of: path)
    defer { close(lock) }
    try Self.clear(path)
    let descriptor = UnixSocket.make(nonBlocking: true)
    guard descriptor >= 0, UnixSocket.withAddress(of: path, { bind(descriptor, $0, $1) }) == 0
    else { throw Self.failure(path, closing: descriptor) }
    var status = stat()
    guard chmod(path, 0o600) == 0, lstat(path, &status) == 0, listen(descriptor, 16) == 0 else {
      throw Self.failure(path, closing: descriptor)
    }
    self.path = path
    self.descriptor = descriptor
    identity = (status.st_dev, status.st_ino)
  }

  deinit {
    remove()
    close(descriptor)
  }

  /// Removes the socket file, unless something else is there by now.
  func remove() {
    var status = stat()
    guard lstat(path, &status) == 0 else { return }
    if status.st_dev == identity.device && status.st_ino == identity.inode { unlink(path) }
  }

  private static func failure(_ path: String, closing descriptor: Int32) -> RelayError {
    let code = errno
    if descriptor >= 0 { close(descriptor) }
    return RelayError(.system, "cannot listen at \(path): \(systemMessage(code))")
  }

  /// Keeps two relays from replacing each other's socket at the same moment.
  private static func lockFolder(of path: String) throws(RelayError) -> Int32 {
    let folder = UnixSocket.split(path).folder
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw RelayError(.system, "cannot open the folder of \(path): \(systemMessage())")
    }
    for _ in 0..<200 {
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return descriptor }
      usleep(10_000)
    }
    close(descriptor)
    throw RelayError(.system, "\(folder) stays locked by another relay that is starting")
  }

  private static func clear(_ path: String) throws(RelayError) {
    var status = stat()
    guard lstat(path, &status) == 0 else { return }
    guard status.st_mode & S_IFMT == S_IFSOCK else {
      throw RelayError(.system, "\(path) exists and is not a socket: choose another path")
    }
    let probe = UnixSocket.make(nonBlocking: true)
    guard probe >= 0 else {
      throw RelayError(.system, "cannot make a socket: \(systemMessage())")
    }
    defer { close(probe) }
    let result = UnixSocket.withAddress(of: path) { connect(probe, $0, $1) }
    guard result != 0 && errno == ECONNREFUSED else {
      throw RelayError(
        .alreadyRunning, "a relay is already running at \(path): shut it down or use another path")
    }
    unlink(path)
  }
}
