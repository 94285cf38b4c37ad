import Operations
import Synchronization

/// Memory for the encoded events of at most one block.
///
/// The recording thread appends behind `committed` and then moves that forward; the flushing thread
/// reads in front of it. Only the flushing thread moves it back, once nobody else holds the buffer.
/// That division is why the pointers may be shared: `@unchecked Sendable`.
final class HistoryBuffer: @unchecked Sendable {
  /// The memory.
  let base: UnsafeMutablePointer<UInt8>
  /// How many bytes are whole events; released by the recording, acquired by the flushing thread.
  let committed: UnsafeMutablePointer<Atomic<Int>>
  /// How many events there are; set when the recording thread hands the buffer over.
  let count = Atomic<Int>(0)

  /// A buffer that a recorder leaves when it holds `bytes` or more.
  init(bytes: Int) {
    base = .allocate(capacity: bytes + HistoryFormat.maximumEventBytes)
    committed = .allocate(capacity: 1)
    committed.initialize(to: Atomic(0))
  }

  deinit {
    base.deallocate()
    committed.deinitialize(count: 1)
    committed.deallocate()
  }

  func clear() {
    committed.pointee.store(0, ordering: .relaxed)
    count.store(0, ordering: .relaxed)
  }
}
