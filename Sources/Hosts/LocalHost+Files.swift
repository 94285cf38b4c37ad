import Glibc
package import Harness

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
  package func removeTree(_ path: String) {
    if unlink(path) == 0 { return }
    for name in directoryEntries(path) { removeTree("\(path)/\(name)") }
    rmdir(path)
  }

  /// A file's text, at most its first `limit` bytes; nil if it cannot be read.
  package func readText(_ path: String, limit: Int = 1 << 20) -> String? {
    readBytes(path, limit: limit).map { String(decoding: $0, as: UTF8.self) }
  }

  /// A file's text from byte `start` on, at most `limit` bytes of it; nil if it cannot be read.
  package func readText(_ path: String, from start: Int, limit: Int) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    lseek(descriptor, off_t(start), SEEK_SET)
    return String(decoding: readAll(descriptor, limit: limit), as: UTF8.self)
  }

  /// How many bytes a file has; nil if there is none.
  package func size(of path: String) -> Int? {
    var information = stat()
    return stat(path, &information) == 0 ? Int(information.st_size) : nil
  }

  /// The last lines of a file, for messages; empty if it cannot be read.
  package func lastLines(of path: String, count: Int = 5) -> [String] {
    let window = 8192
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return [] }
    defer { close(descriptor) }
    let size = lseek(descriptor, 0, SEEK_END)
    lseek(descriptor, max(0, size - off_t(window)), SEEK_SET)
    let text = String(decoding: readAll(descriptor, limit: window), as: UTF8.self)
    return text.split(separator: "\n").suffix(count).map { String($0) }
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

  func readBytes(_ path: String, limit: Int) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    return readAll(descriptor, limit: limit)
  }

  private func readAll(_ descriptor: Int32, limit: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < limit {
      let size = min(16_384, limit - bytes.count)
      var count = 0
      bytes += [UInt8](unsafeUninitializedCapacity: size) { room, filled in
        count = read(descriptor, room.baseAddress, size)
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
