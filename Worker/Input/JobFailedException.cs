namespace ReelBallers.Worker;

/// <summary>
/// The worker fails the job; the message is the job's <c>error</c>, so it contains no signed URL and no path of this
/// machine.
/// </summary>
public sealed class JobFailedException(string message) : Exception(message);
