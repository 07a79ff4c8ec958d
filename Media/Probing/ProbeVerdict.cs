namespace ReelBallers.Media;

/// <summary>Tells a file that cannot be read from a connection, a machine or an ffprobe that does not work.</summary>
internal static class ProbeVerdict
{
    private const int InvalidArgument = -22;
    private const int OutOfMemory = -12;
    private const int OutOfRange = -34;
    private const int NotImplemented = -38;
    private const int Overflow = -75;

    private static readonly int[] OfTheFile =
    [
        InvalidArgument, OutOfMemory, OutOfRange, NotImplemented, Overflow,
        Tag('I', 'N', 'D', 'A'), Tag('E', 'O', 'F', ' '), Tag('P', 'A', 'W', 'E'), Tag('B', 'U', 'G', '!'), Tag('\xF8', 'D', 'E', 'M'),
        Tag('\xF8', 'D', 'E', 'C'), Tag('\xF8', 'S', 'T', 'R'),
    ];

    private static readonly string[] Protocols = ["[http @", "[https @", "[tcp @", "[tls @"];

    /// <returns>Null, or why the answer says nothing about the file.</returns>
    public static string? Outage(ProbeAnswer answer)
    {
        if (answer.Errors.Split('\n').Any(line => Protocols.Any(protocol => line.StartsWith(protocol, StringComparison.Ordinal))))
        {
            return "the connection to the storage broke";
        }

        return answer.ExitCode switch
        {
            0 => null,
            // How a shell says that a program cannot be started.
            126 or 127 => "ffprobe does not start",
            // Killed from outside, for example because the machine has no memory left.
            137 => "ffprobe was killed",
            // A file made it crash, or use more than it may.
            > 128 => null,
            // Without a report it was cut off, because it is longer than any video needs.
            _ when answer.Report?.Error is not { } error || OfTheFile.Contains(error.Code) => null,
            _ => $"ffprobe ended with the error {answer.Report.Error.Code}",
        };
    }

    /// <summary>How ffmpeg makes error codes of letters.</summary>
    private static int Tag(char first, char second, char third, char fourth) => -(first | second << 8 | third << 16 | fourth << 24);
}
