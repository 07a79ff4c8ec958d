using System.IO.MemoryMappedFiles;

namespace ReelBallers.TestKit;

/// <summary>
/// The real time and an offset in a file, which processes share: a test moves its clouds and the services that it has started as
/// processes over days at once. Timers keep running in real time: what is due at a time of day comes due by a move, a pause of some
/// seconds lasts as long as ever.
/// </summary>
public sealed class MovedClock : TimeProvider, IDisposable
{
    private const string FileVariable = "TESTKIT_CLOCK";

    private readonly string _path;
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _offset;

    private MovedClock(string path)
    {
        _path = path;
        _file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, sizeof(long));
        _offset = _file.CreateViewAccessor(0, sizeof(long));
    }

    /// <summary>How far it is ahead.</summary>
    public TimeSpan Offset => TimeSpan.FromTicks(_offset.ReadInt64(0));

    /// <summary>Settings for <see cref="ServiceProcess"/>: the process has this clock, as long as it lives.</summary>
    public IEnumerable<KeyValuePair<string, string?>> ProcessSettings =>
    [
        new(FileVariable, _path),
        // The service does not know this assembly: it is loaded by its path, then named as one that configures the host.
        new("DOTNET_STARTUP_HOOKS", typeof(MovedClock).Assembly.Location),
        new("ASPNETCORE_HOSTINGSTARTUPASSEMBLIES", typeof(MovedClock).Assembly.GetName().Name),
    ];

    /// <summary>A clock at the real time.</summary>
    public static MovedClock Create()
    {
        var path = Path.GetTempFileName();
        File.WriteAllBytes(path, new byte[sizeof(long)]);
        return new MovedClock(path);
    }

    /// <summary>The clock of the test that has started this process; null without one.</summary>
    public static MovedClock? OfThisProcess() =>
        Environment.GetEnvironmentVariable(FileVariable) is { Length: > 0 } path ? new MovedClock(path) : null;

    /// <inheritdoc />
    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Offset;

    /// <summary>Moves it on, in every process.</summary>
    public void Move(TimeSpan step) => _offset.Write(0, (Offset + step).Ticks);

    /// <inheritdoc />
    public void Dispose()
    {
        _offset.Dispose();
        _file.Dispose();
        File.Delete(_path);
    }
}
