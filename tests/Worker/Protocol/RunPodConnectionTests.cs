using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using ReelBallers.TestKit;

namespace ReelBallers.Worker.Tests;

public sealed class RunPodConnectionTests : IAsyncLifetime
{
    private readonly ConcurrentQueue<(string Request, string Key, string Body)> _calls = [];
    private readonly ConcurrentQueue<(int Status, string Body)> _answers = [];
    private TaskCompletionSource _progressMayEnd = new();
    private WebApplication _app = null!;
    private RunPodConnection _connection = null!;

    private static TakenJob Job { get; } = new("job/1-u1", JsonSerializer.SerializeToElement(new { }));

    public async ValueTask InitializeAsync()
    {
        _progressMayEnd.SetResult();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Run(AnswerAsync);
        await _app.StartAsync();
        _connection = new RunPodConnection(Environment(), TimeProvider.System, NullLogger<RunPodConnection>.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        _connection.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    [Fact]
    public async Task The_result_follows_the_last_progress()
    {
        _progressMayEnd = new TaskCompletionSource();
        var reports = new ProgressReports(_connection, Job);
        reports.Report(40);
        await Eventually.IsTrueAsync(() => Task.FromResult(_calls.Count == 1), "a progress was sent");
        reports.Report(50);
        var ended = reports.DisposeAsync();
        Assert.False(ended.IsCompleted);
        _progressMayEnd.SetResult();
        await ended;
        await _connection.DoneAsync(Job, new JsonObject { ["output"] = new JsonObject() }, CancellationToken.None);
        Assert.Equal(
            ["""{"status":"IN_PROGRESS","output":{"progress":40}}""", """{"output":{}}"""], _calls.Select(call => call.Body));
    }

    [Fact]
    public async Task Calls_have_the_form_that_RunPod_expects()
    {
        await _connection.PingAsync(null, CancellationToken.None);
        await _connection.PingAsync(Job.Id, CancellationToken.None);
        await _connection.DoneAsync(Job, new JsonObject { ["error"] = "no" }, CancellationToken.None);
        Assert.Equal(
            [
                "GET /ping/w1?runpod_version=1.12.0", "GET /ping/w1?job_id=job%2F1-u1&runpod_version=1.12.0",
                "POST /job-done/w1/job%2F1-u1?gpu=a+b&isStream=false application/x-www-form-urlencoded job/1-u1",
            ],
            _calls.Select(call => call.Request));
        Assert.All(_calls, call => Assert.Equal("secret", call.Key));
    }

    [Theory]
    [InlineData(200, """{"id":"a","input":{"x":1},"webhook":null}""", "a")]
    [InlineData(200, """{"id":"a"}""", null)]
    [InlineData(200, """[]""", null)]
    [InlineData(200, "", null)]
    [InlineData(204, "", null)]
    [InlineData(400, "", null)]
    [InlineData(500, "", null)]
    public async Task Only_a_job_is_taken(int status, string body, string? id)
    {
        _answers.Enqueue((status, body));
        Assert.Equal(id, (await _connection.TakeAsync(CancellationToken.None))?.Id);
        Assert.Equal("GET /job-take/w1?gpu=a+b&job_in_progress=0", _calls.Single().Request);
    }

    [Theory]
    [InlineData(200, """{"jobsToStop":["a","b"]}""", "a b")]
    [InlineData(204, "", "")]
    public async Task Cancelled_jobs_are_heard_of(int status, string body, string ids)
    {
        _answers.Enqueue((status, body));
        Assert.Equal(ids, string.Join(' ', await _connection.StopsAsync(CancellationToken.None)));
        Assert.Equal("GET /job-stop/w1?gpu=a+b", _calls.Single().Request);
    }

    [Theory]
    [InlineData(new[] { 500, 503, 200 }, 3)]
    [InlineData(new[] { 500, 500, 500, 500 }, 3)]
    [InlineData(new[] { 404, 200 }, 1)]
    public async Task A_result_is_delivered_in_three_tries_unless_the_job_is_gone(int[] statuses, int tries)
    {
        Array.ForEach(statuses, status => _answers.Enqueue((status, "")));
        await _connection.DoneAsync(Job, new JsonObject { ["output"] = new JsonObject() }, CancellationToken.None);
        Assert.Equal(tries, _calls.Count);
    }

    [Fact]
    public void An_environment_that_is_not_complete_is_refused_by_name()
    {
        Assert.Null(RunPodEnvironment.Read(_ => null));
        var failure = Assert.Throws<InvalidOperationException>(
            () => RunPodEnvironment.Read(name => name == "RUNPOD_WEBHOOK_GET_JOB" ? "http://x/job-take/$ID" : null));
        Assert.Contains("RUNPOD_WEBHOOK_POST_OUTPUT", failure.Message, StringComparison.Ordinal);
    }

    private RunPodEnvironment Environment()
    {
        var api = _app.Urls.First();
        return RunPodEnvironment.Read(name => name switch
        {
            "RUNPOD_WEBHOOK_GET_JOB" => $"{api}/job-take/$ID?gpu=a+b",
            "RUNPOD_WEBHOOK_POST_OUTPUT" => $"{api}/job-done/$RUNPOD_POD_ID/$ID?gpu=a+b",
            "RUNPOD_WEBHOOK_PING" => $"{api}/ping/$RUNPOD_POD_ID",
            "RUNPOD_AI_API_KEY" => "secret",
            "RUNPOD_POD_ID" => "w1",
            _ => null,
        })!;
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync();
        var request = context.Request;
        var raw = context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget;
        var form = request.Method == "POST" ? $" {request.ContentType} {request.Headers["X-Request-ID"]}" : "";
        _calls.Enqueue(($"{request.Method} {raw}{form}", request.Headers.Authorization.ToString(), body));
        if (body.Contains("IN_PROGRESS", StringComparison.Ordinal))
        {
            await _progressMayEnd.Task;
        }

        var (status, text) = _answers.TryDequeue(out var answer) ? answer : (200, "{}");
        context.Response.StatusCode = status;
        await context.Response.WriteAsync(text);
    }
}
