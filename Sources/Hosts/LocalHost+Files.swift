package import Environment
import Glibc

extension LocalHost {
  /// Makes a directory and those above it; one that is there already is fine.
  package func makeDirectory(_ path: String) throws(SystemFailure) {
    guard mkdir(path, 0o755) != 0 else { return }
    switch errno {
    case EEXIST:
      guard isDirectory(path) else {
        throw SystemFailure(.failed, "\(path) is a file and not a directory: move it away")
      }
    case ENOENT:
      let parent = path.split(separator: "/").dropLast().joined(separator: "/")
      guard !parent.isEmpty else { throw fileFailure("make the directory", path) }
      try makeDirectory(path.hasPrefix("/") ? "/" + parent : parent)
      guard mkdir(path, 0o755) == 0 || errno == EEXIST else {
        throw fileFailure("make the directory", path)
      }
    default: throw fileFailure("make the directory", path)
    }
  }

  /// Writes a file in place of an earlier one.
  package func write(
    _ text: String, to path: String, mode: UInt32 = 0o644
  ) throws(SystemFailure) {
    unlink(path)
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw fileFailure("create", path) }
    defer { close(descriptor) }
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw fileFailure("write", path) }
      rest = rest.dropFirst(count)
    }
  }

  /// Removes a file or a directory with everything in it; links are not followed. What cannot be
  /// removed is left.
  package func remove(_ path: String) {
    if unlink(path) == 0 { return }
    for name in directoryEntries(path) { remove("\(path)/\(name)") }
    rmdir(path)
  }

  /// A file's text, at most its first `limit` bytes; nil if it cannot be read.
  package func readText(_ path: String, limit: Int = 1 << 20) -> String? {
    readBytes(path, limit: limit).map { String(decoding: $0, as: UTF8.self) }
  }

  /// A file's bytes from byte `start` on, at most `limit` of them; nil if it cannot be read.
  package func read(_ path: String, from start: Int, limit: Int) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    if start > 0 { lseek(descriptor, off_t(start), SEEK_SET) }
    return readAll(descriptor, limit: limit)
  }

  /// How many bytes a file has; nil if there is none.
  package func size(of path: String) -> Int? {
    var information = stat()
    return stat(path, &information) == 0 ? Int(information.st_size) : nil
  }

  /// The names in a directory in alphabetical order, without `.` and `..`; empty if there is none.
  package func directoryEntries(_ path: String) -> [String] {
    guard let directory = opendir(path) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// The path with all links followed; nil if there is nothing.
  package func resolvedPath(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  /// Whether `path` is a directory.
  package func isDirectory(_ path: String) -> Bool {
    var information = stat()
    return stat(path, &information) == 0 && information.st_mode & S_IFMT == S_IFDIR
  }

  /// Whether `path` is a file that this user may execute.
  package func isExecutable(_ path: String) -> Bool {
    access(path, X_OK) == 0 && !isDirectory(path)
  }

  func readBytes(_ path: String, limit: Int) -> [UInt8]? { read(path, from: 0, limit: limit) }

  private func readAll(_ descriptor: Int32, limit: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < limit {
      let size = min(16_384, limit - bytes.count)
      var count = 0
      bytes += [UInt8](unsafeUninitializedCapacity: size) { room, filled in
        count = Glibc.read(descriptor, room.baseAddress, size)
        filled = max(0, count)
      }
      if count < 0 && errno == EINTR { continue }
      if count <= 0 { break }
    }
    return bytes
  }

  private func fileFailure(_ action: String, _ path: String) -> SystemFailure {
    SystemFailure(.failed, "could not \(action) \(path): \(systemMessage())")
  }
}
