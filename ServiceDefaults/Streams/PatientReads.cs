using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace ReelBallers.ServiceDefaults;

/// <summary>Reads for an event stream that has begun: an outage of the database is waited for.</summary>
public static class PatientReads
{
    // Below the interval of the heartbeats.
    private static readonly TimeSpan MaxRetryDelay = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan MaxOutage = TimeSpan.FromMinutes(5);

    /// <summary>
    /// What the read returns; null also when the database has been unavailable for so long that the client should connect to another
    /// replica.
    /// </summary>
    public static async Task<T?> ReadPatientlyAsync<T>(
        this EventStreamWriter stream, HttpContext context, Func<CancellationToken, Task<T?>> read) where T : class
    {
        var time = context.RequestServices.GetRequiredService<TimeProvider>();
        var start = time.GetTimestamp();
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return await read(stream.Stopping);
            }
            catch (Exception exception) when (Outages.IsOutage(exception) && !stream.Stopping.IsCancellationRequested)
            {
                if (time.GetElapsedTime(start) > MaxOutage)
                {
                    return null;
                }
                var delay = TimeSpan.FromSeconds(Math.Min(Math.Pow(2, Math.Min(attempt, 10)), MaxRetryDelay.TotalSeconds));
                await Task.Delay(delay * Random.Shared.NextDouble(), time, stream.Stopping);
                await stream.WriteCommentAsync();
            }
        }
    }
}
