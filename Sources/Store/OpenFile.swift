import Glibc

/// An open file, which is closed when nobody holds it any more.
package final class OpenFile: Sendable {
  /// The path by which it was opened, for errors.
  package let path: String
  private let descriptor: Int32

  private init(path: String, descriptor: Int32) {
    self.path = path
    self.descriptor = descriptor
  }

  deinit {
    close(descriptor)
  }

  /// Opens an existing file for reading.
  ///
  /// A pipe or a socket is refused at once: nothing can be read twice from it.
  package static func reading(_ path: String) throws(StoreError) -> OpenFile {
    let file = try open(path, O_RDONLY | O_NONBLOCK, "open")
    var status = stat()
    guard fstat(file.descriptor, &status) == 0 else { throw file.failure("examine") }
    guard ![S_IFIFO, S_IFSOCK].contains(status.st_mode & S_IFMT) else {
      throw .system(action: "open", path: path, code: ESPIPE)
    }
    return file
  }

  /// Creates a file for appending; fails if it exists, except for devices and pipes.
  package static func creating(_ path: String) throws(StoreError) -> OpenFile {
    var status = stat()
    let isThere = stat(path, &status) == 0 && [S_IFCHR, S_IFIFO].contains(status.st_mode & S_IFMT)
    return try open(path, O_WRONLY | O_APPEND | (isThere ? 0 : O_CREAT | O_EXCL), "create")
  }

  /// Opens a file for appending, and creates it if there is none.
  package static func appending(_ path: String) throws(StoreError) -> OpenFile {
    try open(path, O_RDWR | O_APPEND | O_CREAT, "open")
  }

  private static func open(
    _ path: String, _ flags: Int32, _ action: String
  ) throws(StoreError) -> OpenFile {
    let descriptor = Glibc.open(path, flags | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw .system(action: action, path: path, code: errno) }
    return OpenFile(path: path, descriptor: descriptor)
  }

  /// The length of the file in bytes.
  package var length: Int {
    get throws(StoreError) {
      var status = stat()
      guard fstat(descriptor, &status) == 0 else { throw failure("examine") }
      return Int(status.st_size)
    }
  }

  /// Writes `head` and then `tail`, in one call if the system takes them at once.
  package func write(
    _ head: UnsafeRawBufferPointer, _ tail: UnsafeRawBufferPointer
  ) throws(StoreError) {
    var parts = (
      iovec(iov_base: UnsafeMutableRawPointer(mutating: head.baseAddress), iov_len: head.count),
      iovec(iov_base: UnsafeMutableRawPointer(mutating: tail.baseAddress), iov_len: tail.count)
    )
    let written = withUnsafeBytes(of: &parts) { bytes in
      writev(descriptor, bytes.assumingMemoryBound(to: iovec.self).baseAddress, 2)
    }
    guard written >= 0 || errno == EINTR else { throw failure("write") }
    let done = max(0, written)
    try write(UnsafeRawBufferPointer(rebasing: head.dropFirst(done)))
    try write(UnsafeRawBufferPointer(rebasing: tail.dropFirst(max(0, done - head.count))))
  }

  /// Writes all of `bytes`.
  package func write(_ bytes: UnsafeRawBufferPointer) throws(StoreError) {
    var rest = bytes
    while let base = rest.baseAddress, !rest.isEmpty {
      let written = Glibc.write(descriptor, base, rest.count)
      guard written >= 0 || errno == EINTR else { throw failure("write") }
      rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(max(0, written)))
    }
  }

  /// Writes all of `bytes`.
  package func write(_ bytes: [UInt8]) throws(StoreError) {
    let result = bytes.withUnsafeBytes { bytes in
      Result { () throws(StoreError) in try write(bytes) }
    }
    try result.get()
  }

  /// Replaces `buffer` by up to `count` bytes from `offset` on; fewer only at the end of the file.
  package func read(
    at offset: Int, count: Int, into buffer: inout [UInt8]
  ) throws(StoreError) {
    if buffer.count < count {
      buffer.append(contentsOf: repeatElement(0, count: count - buffer.count))
    }
    var filled = 0
    while filled < count {
      let got = buffer.withUnsafeMutableBytes { bytes in
        pread(descriptor, bytes.baseAddress.map { $0 + filled }, count - filled, offset + filled)
      }
      guard got >= 0 || errno == EINTR else { throw failure("read") }
      if got == 0 { break }
      filled += max(0, got)
    }
    buffer.removeLast(buffer.count - filled)
  }

  /// Cuts the file to `length` bytes.
  package func truncate(to length: Int) throws(StoreError) {
    guard ftruncate(descriptor, length) == 0 else { throw failure("shorten") }
  }

  /// Waits until the disk has what was written; a device that cannot is as good as written.
  package func synchronize() throws(StoreError) {
    while fsync(descriptor) != 0 {
      if errno == EINVAL || errno == EROFS { return }
      guard errno == EINTR else { throw failure("flush to disk") }
    }
  }

  /// Locks the file for as long as it is open, alone or beside others that do not want it alone;
  /// false at once if somebody else has it.
  func lock(alone: Bool) -> Bool {
    flock(descriptor, (alone ? LOCK_EX : LOCK_SH) | LOCK_NB) == 0
  }

  private func failure(_ action: String) -> StoreError {
    .system(action: action, path: path, code: errno)
  }
}
