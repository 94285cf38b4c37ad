import Checkers
import Harness
import Operations
struct CheckerSuite {
  var ledger: Ledger
  init(header: HistoryHeader, criteria: Criteria) { ledger = Ledger(header: header, criteria: criteria) }
  mutating func observe(_ e: TimedEvent) { do { try ledger.observe(e) } catch { print(error) } }
  mutating func conclude() -> [CheckerReport] { do { return [try ledger.conclude()] } catch { print(error); return [] } }
}
