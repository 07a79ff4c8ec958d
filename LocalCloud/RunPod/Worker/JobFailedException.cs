namespace ReelBallers.LocalCloud.RunPod.Worker;

/// <summary>
/// The worker gives the job up; the message is the job's <c>error</c>, so it names no signed URL and no path of this
/// machine.
/// </summary>
internal sealed class JobFailedException(string message) : Exception(message);
