import Glibc

/// Unix stream sockets at a path of any length.
enum UnixSocket {
  /// A new socket, or -1 with `errno` set.
  static func make(nonBlocking: Bool) -> Int32 {
    var kind = SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue
    if nonBlocking { kind |= SOCK_NONBLOCK.rawValue }
    return socket(AF_UNIX, Int32(kind), 0)
  }

  /// The folder part of `path`, and its last part.
  static func split(_ path: String) -> (folder: String, name: String) {
    guard let slash = path.lastIndex(of: "/") else { return (".", path) }
    let folder = slash == path.startIndex ? "/" : String(path[..<slash])
    return (folder, String(path[path.index(after: slash)...]))
  }

  /// Calls `body` with the address of `path`, of which the kernel takes 107 bytes: a longer one is
  /// named through a descriptor of its folder. A result below zero means failure, with `errno`.
  static func withAddress(
    of path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
  ) -> Int32 {
    var address = sockaddr_un()
    if fill(&address, with: path) { return call(&address, body) }
    let (folder, name) = split(path)
    let directory = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard directory >= 0 else { return -1 }
    defer {
      let code = errno
      close(directory)
      errno = code
    }
    guard fill(&address, with: "/proc/self/fd/\(directory)/\(name)") else {
      errno = ENAMETOOLONG
      return -1
    }
    return call(&address, body)
  }

  private static func fill(_ address: inout sockaddr_un, with path: String) -> Bool {
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(path.utf8)
    return withUnsafeMutableBytes(of: &address.sun_path) { room in
      guard bytes.count < room.count else { return false }
      room.copyBytes(from: bytes)
      room[bytes.count] = 0
      return true
    }
  }

  private static func call(
    _ address: inout sockaddr_un, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
  ) -> Int32 {
    let size = socklen_t(MemoryLayout<sockaddr_un>.size)
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, size) }
    }
  }
}
