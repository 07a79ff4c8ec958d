using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ReelBallers.TestKit;

namespace ReelBallers.ServiceDefaults.Tests;

public sealed class EventStreamWriterTests : IAsyncLifetime
{
    private readonly ManualClock _clock = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HttpClient _client = new(new Http2Handler());
    private WebApplication _app = null!;
    private Func<EventStreamWriter, Task<IResult>> _stream = _ => Task.FromResult(Results.Empty);

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration["urls"] = "http://127.0.0.1:0";
        builder.Configuration["Internal:Credential"] = ServiceApp.Credential;
        builder.Logging.ClearProviders();
        builder.AddServiceDefaults();
        builder.Services.AddSingleton<TimeProvider>(_clock);
        _app = builder.Build();
        _app.MapGet("/events", async (HttpContext context) =>
        {
            try
            {
                return await EventStreamWriter.RunAsync(context, _stream);
            }
            finally
            {
                _ended.SetResult();
            }
        });
        await _app.StartAsync();
        _client.BaseAddress = new Uri(_app.Urls.Single());
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
    }

    [Fact]
    public async Task Events_have_ids_names_and_JSON_of_the_contract()
    {
        _stream = async stream =>
        {
            await stream.StartAsync();
            stream.Append(id: null, "warning", new { FirstName = "a\nb" });
            stream.Append("7f", "status", new { BalanceCents = 5 });
            await stream.FlushAsync();
            await stream.WriteCommentAsync();
            return Results.Empty;
        };
        using var response = await OpenAsync();
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.ToString());
        Assert.Equal("no", response.Headers.GetValues("X-Accel-Buffering").Single());
        Assert.Equal(
            """
            event: warning
            data: {"first_name":"a\nb"}

            id: 7f
            event: status
            data: {"balance_cents":5}

            :\u0020


            """.Replace("\\u0020", " ", StringComparison.Ordinal),
            await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_stream_without_values_sends_a_comment_every_15_seconds()
    {
        var values = new LatestValue<int>(_clock);
        _stream = async stream =>
        {
            await stream.StartAsync();
            while (await stream.NextAsync(values) is not { } value || value != 7)
            {
            }
            return Results.Empty;
        };
        using var response = await OpenAsync();
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        for (var comment = 0; comment < 3; comment++)
        {
            var line = reader.ReadLineAsync();
            while (!line.IsCompleted)
            {
                _clock.Advance(TimeSpan.FromSeconds(15));
                await Task.WhenAny(line, Task.Delay(20));
            }
            Assert.Equal(": ", await line);
            Assert.Equal("", await reader.ReadLineAsync());
        }
        values.Set(7);
        await _ended.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task Values_that_are_not_sent_do_not_delay_the_comment()
    {
        var values = new LatestValue<int>(_clock);
        using var taken = new SemaphoreSlim(0);
        _stream = async stream =>
        {
            await stream.StartAsync();
            for (int? value = null; value != 7; value = await stream.NextAsync(values))
            {
                if (value is not null)
                {
                    taken.Release();
                }
            }
            return Results.Empty;
        };
        using var response = await OpenAsync();
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        for (var round = 0; round < 3; round++)
        {
            values.Set(1);
            Assert.True(await taken.WaitAsync(TimeSpan.FromSeconds(60)));
            _clock.Advance(TimeSpan.FromSeconds(10));
        }
        Assert.Equal(": ", await reader.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30)));
        values.Set(7);
        await _ended.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task A_client_that_disconnects_ends_the_stream()
    {
        _stream = StartAndWaitAsync;
        (await OpenAsync()).Dispose();
        await _ended.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task A_service_that_stops_ends_its_streams_cleanly()
    {
        _stream = StartAndWaitAsync;
        using var response = await OpenAsync();
        _app.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        Assert.Equal("", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_service_that_stops_before_the_first_event_answers_503()
    {
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _stream = async stream =>
        {
            entered.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, stream.Stopping);
            return Results.Empty;
        };
        var opening = OpenAsync();
        await entered.Task.WaitAsync(TimeSpan.FromSeconds(60));
        _app.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        using var response = await opening;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Contains("\"code\":\"service_unavailable\"", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_result_before_the_first_event_is_the_response()
    {
        _stream = _ => Task.FromResult(Results.NoContent());
        using var response = await OpenAsync();
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
    }

    private static async Task<IResult> StartAndWaitAsync(EventStreamWriter stream)
    {
        await stream.StartAsync();
        await Task.Delay(Timeout.InfiniteTimeSpan, stream.Stopping);
        return Results.Empty;
    }

    private Task<HttpResponseMessage> OpenAsync() => _client.GetAsync("/events", HttpCompletionOption.ResponseHeadersRead);
}
