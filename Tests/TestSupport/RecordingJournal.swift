package import Hosts
import Synchronization

/// A journal that remembers what was added, in order.
package final class RecordingJournal: UndoJournal {
  private let added = Mutex<[Undo]>([])

  /// An empty journal.
  package init() {}

  /// What was added so far.
  package var entries: [Undo] { added.withLock { $0 } }

  /// Adds an undo.
  package func add(_ undo: Undo) { added.withLock { $0.append(undo) } }
}
