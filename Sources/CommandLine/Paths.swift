import Glibc
import Store

/// What the command line asks of the file system.
enum Paths {
  /// Whether there is a directory at `path`.
  static func isDirectory(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// Whether there is anything but a directory at `path`.
  static func isFile(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT != S_IFDIR
  }

  /// Makes a directory, unless it is there.
  static func makeDirectory(_ path: String) throws(StoreError) {
    if mkdir(path, 0o777) != 0, errno != EEXIST || !isDirectory(path) {
      throw .system(action: "create", path: path, code: errno)
    }
  }

  /// `path` from the root: what a run starts has working directories of its own.
  static func absolute(_ path: String) -> String {
    if path.hasPrefix("/") { return path }
    guard let here = getcwd(nil, 0) else { return path }
    defer { free(here) }
    return String(cString: here) + "/" + path
  }

  /// The text of a small file; a missing file is bad usage, one that is no text is corrupt.
  static func text(of path: String) throws -> String {
    let bytes: [UInt8]
    do throws(StoreError) {
      bytes = try SmallFile.read(path)
    } catch {
      throw CommandFailure(ExitStatus.usage, error.description)
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw CommandFailure(ExitStatus.corrupt, "\(path): not UTF-8 text")
    }
    return text
  }

  /// The names in a directory, sorted; none if it cannot be read.
  static func entries(of path: String) -> [String] {
    guard let directory = opendir(path) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }
}
