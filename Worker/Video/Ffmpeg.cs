namespace ReelBallers.Worker;

/// <summary>
/// An ffmpeg that answered, whether it was built with the text filter, and how it takes its filters from a file
/// (that option was renamed in version 7).
/// </summary>
public sealed record Ffmpeg(string Path, bool DrawsText, string FilterFileOption)
{
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(30);

    /// <exception cref="JobFailedException">It does not run, or cannot write H.264.</exception>
    public static async Task<Ffmpeg> AskAsync(string path, CancellationToken cancellationToken)
    {
        if (!(await ListAsync(path, "-encoders", cancellationToken)).Contains(" libx264 ", StringComparison.Ordinal))
        {
            throw new JobFailedException("the ffmpeg of this machine cannot write H.264 (it is built without libx264)");
        }

        var filters = await ListAsync(path, "-filters", cancellationToken);
        var help = await ListAsync(path, "-h long", cancellationToken);
        return new Ffmpeg(
            path,
            filters.Contains(" drawtext ", StringComparison.Ordinal),
            help.Contains("-filter_script", StringComparison.Ordinal) ? "-filter_script:v" : "-/filter:v");
    }

    private static async Task<string> ListAsync(string path, string question, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(AnswerLimit);
        var lines = new List<string>();
        try
        {
            var (exitCode, _) = await ChildProcess.RunAsync(
                path, ["-hide_banner", .. question.Split(' ')], System.IO.Path.GetTempPath(), lines.Add, limit.Token);
            return exitCode == 0 ? string.Join('\n', lines) : throw Unusable($"it exits with {exitCode}");
        }
        catch (System.ComponentModel.Win32Exception failure)
        {
            throw Unusable(failure.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Unusable("it does not answer");
        }
    }

    private static JobFailedException Unusable(string why) => new($"the ffmpeg of this machine does not run: {why}");
}
