package import Environment

extension Host {
  /// The last lines of a file, for messages; empty if it cannot be read.
  package func lastLines(
    of path: String, count: Int = 5
  ) async throws(SystemFailure) -> [String] {
    let window = 8192
    let size = try await size(of: path) ?? 0
    let bytes = try await read(path, from: max(0, size - window), limit: window) ?? []
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").suffix(count)
      .map { String($0) }
  }
}
