import Dispatch
import Operations
import Synchronization

/// Reads files of Jepsen histories: long ones in two halves at the same time.
enum JepsenFile {
  /// From which length on a file is read in two halves.
  private static let halvedBytes = 8 << 20

  /// Reads a whole file.
  static func read(
    _ file: OpenFile, halvedFrom: Int = halvedBytes
  ) throws(HistoryError) -> JepsenImport {
    let length = (try? file.length) ?? 0
    var parts = JepsenParts(fileBytes: length)
    if length >= halvedFrom, let middle = try lineStart(in: file, from: length / 2) {
      let tail = JepsenTailReading(of: file, from: middle, bytes: length - middle)
      try receive(FileChunks(file, from: 0, to: middle), &parts)
      let isTaken = try takeTail(tail, &parts)
      if !isTaken { try receive(FileChunks(file, from: middle), &parts) }
    } else {
      try receive(FileChunks(file, from: 0), &parts)
    }
    let name = file.path.split(separator: "/").last.map(String.init) ?? file.path
    do throws(JepsenError) {
      return try JepsenImport(try parts.finish(), name: name)
    } catch {
      throw HistoryError(error)
    }
  }

  private static func receive(
    _ chunks: FileChunks, _ parts: inout JepsenParts
  ) throws(HistoryError) {
    var chunks = chunks
    while let chunk = try chunks.next() {
      do throws(JepsenError) { try parts.receive(chunk) } catch { throw HistoryError(error) }
    }
  }

  private static func takeTail(
    _ reading: JepsenTailReading, _ parts: inout JepsenParts
  ) throws(HistoryError) -> Bool {
    guard let tail = reading.wait() else { return false }
    do throws(JepsenError) { return try parts.take(tail) } catch { throw HistoryError(error) }
  }

  /// Where a line begins soon after a place; nil if none does.
  private static func lineStart(in file: OpenFile, from start: Int) throws(HistoryError) -> Int? {
    var chunks = FileChunks(file, from: start)
    let chunk = try chunks.next()
    return chunk?.firstIndex(of: UInt8(ascii: "\n")).map { start + $0 + 1 }
  }
}

/// The bytes of a part of a file, a megabyte at a time.
private struct FileChunks {
  private static let size = 1 << 20

  private var source: HistoryFileSource
  private var offset: Int
  private let end: Int

  init(_ file: OpenFile, from start: Int, to end: Int = .max) {
    source = HistoryFileSource(file)
    offset = start
    self.end = end
  }

  /// The next bytes; nil at the end.
  mutating func next() throws(HistoryError) -> [UInt8]? {
    var chunk: [UInt8] = []
    try source.read(at: offset, count: min(Self.size, end - offset), into: &chunk)
    offset += chunk.count
    return chunk.isEmpty ? nil : chunk
  }
}

/// Reads the second half of a file on a thread of its own.
private final class JepsenTailReading: Sendable {
  private let tail = Mutex<JepsenTail?>(nil)
  private let done = DispatchSemaphore(value: 0)

  init(of file: OpenFile, from start: Int, bytes: Int) {
    DispatchQueue.global(qos: .userInitiated).async { [self] in
      let read = Self.read(FileChunks(file, from: start), bytes)
      tail.withLock { $0 = read }
      done.signal()
    }
  }

  /// The operations, once all are read; nil if there is an error, which is found again, with its
  /// line, when the same is read behind the first half. Called once.
  func wait() -> JepsenTail? {
    done.wait()
    return tail.withLock { $0.take() }
  }

  private static func read(_ chunks: FileChunks, _ bytes: Int) -> JepsenTail? {
    var chunks = chunks
    var parts = JepsenParts(tailBytes: bytes)
    do {
      while let chunk = try chunks.next() { try parts.receive(chunk) }
      return try parts.finishTail()
    } catch {
      return nil
    }
  }
}

extension HistoryError {
  fileprivate init(_ error: JepsenError) {
    self = .line(error.line, problem: error.text)
  }
}
