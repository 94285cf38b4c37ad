import Glibc

/// Files that are worked on at the same time, and answered in their order.
struct ParallelFiles {
  private let paths: [String]
  private let jobs: Int

  /// `jobs` of them are worked on at a time; one a core if that is nil.
  init(_ paths: [String], jobs: Int?) {
    self.paths = paths
    self.jobs = jobs ?? max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
  }

  /// How many are worked on at the same time.
  var atATime: Int { min(jobs, paths.count) }

  /// Does `work` for each, and gives what came of it to `take`, in the order of the files and as
  /// soon as all before it are done.
  func forEach<Answer: Sendable>(
    _ work: @escaping @Sendable (String) -> Answer, take: (Answer) -> Void
  ) async {
    await withTaskGroup(of: (Int, Answer).self) { group in
      var begun = 0
      var waiting: [Int: Answer] = [:]
      var taken = 0
      // Answers that wait for an earlier one are not many: nobody runs further ahead than this.
      let ahead = jobs * 16
      while taken < paths.count {
        while begun < paths.count, begun - taken < ahead, begun - taken - waiting.count < jobs {
          let (place, path) = (begun, paths[begun])
          group.addTask { (place, work(path)) }
          begun += 1
        }
        guard let (place, answer) = await group.next() else { return }
        waiting[place] = answer
        while let next = waiting.removeValue(forKey: taken) {
          take(next)
          taken += 1
        }
      }
    }
  }
}
