import Glibc

/// Files that are read and written whole.
package enum SmallFile {
  /// Puts `bytes` at `path` so that a reader, and a crash, find either the old or the new content.
  ///
  /// They go to a temporary file beside it, which is flushed to disk and renamed over `path`.
  package static func replace(_ path: String, with bytes: [UInt8]) throws(StoreError) {
    let temporary = path + ".new"
    if unlink(temporary) != 0, errno != ENOENT {
      throw .system(action: "replace", path: temporary, code: errno)
    }
    do throws(StoreError) {
      let file = try OpenFile.creating(temporary)
      try file.write(bytes)
      try file.synchronize()
    } catch {
      unlink(temporary)
      throw error
    }
    guard rename(temporary, path) == 0 else {
      let code = errno
      unlink(temporary)
      throw .system(action: "replace", path: path, code: code)
    }
    try synchronizeDirectory(of: path)
  }

  /// The bytes of the file at `path`, at most `limit` of them; throws if it is longer.
  package static func read(_ path: String, limit: Int = 64 << 20) throws(StoreError) -> [UInt8] {
    guard let bytes = try readIfFits(path, limit: limit) else {
      throw .system(action: "read", path: path, code: EFBIG)
    }
    return bytes
  }

  /// The bytes of the file at `path`; nil if there are more than `limit`.
  package static func readIfFits(_ path: String, limit: Int) throws(StoreError) -> [UInt8]? {
    let file = try OpenFile.reading(path)
    var bytes: [UInt8] = []
    let length = try file.length
    guard length <= limit else { return nil }
    try file.read(at: 0, count: length, into: &bytes)
    return bytes
  }

  /// Waits until the disk knows the names in the directory that holds `path`.
  static func synchronizeDirectory(of path: String) throws(StoreError) {
    let slash = path.lastIndex(of: "/")
    let directory = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    try OpenFile.reading(directory).synchronize()
  }
}
