public import Harness

/// All workloads, by name.
public enum WorkloadCatalogue {
  /// The workloads in the order in which help lists them.
  public static let all: [any Workload.Type] = [
    QueueWorkload.self, RequeueWorkload.self, DeadLetterWorkload.self,
    SingleActiveConsumerWorkload.self, LockWorkload.self,
  ]

  /// The workload with this name.
  public static func named(_ name: String) -> (any Workload.Type)? {
    all.first { $0.name == name }
  }
}
