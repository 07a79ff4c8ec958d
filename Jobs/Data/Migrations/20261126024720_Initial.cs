using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ReelBallers.Jobs.Data.Migrations
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "idempotency_records",
                columns: table => new
                {
                    user_id = table.Column<Guid>(type: "uuid", nullable: false),
                    key = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    request_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    operation_id = table.Column<Guid>(type: "uuid", nullable: false),
                    leased_until = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    status = table.Column<int>(type: "integer", nullable: true),
                    content_type = table.Column<string>(type: "text", nullable: true),
                    location = table.Column<string>(type: "text", nullable: true),
                    body = table.Column<byte[]>(type: "bytea", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_idempotency_records", x => new { x.user_id, x.key });
                });

            migrationBuilder.CreateTable(
                name: "jobs",
                columns: table => new
                {
                    job_id = table.Column<Guid>(type: "uuid", nullable: false),
                    user_id = table.Column<Guid>(type: "uuid", nullable: false),
                    project_id = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    type = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    status = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    outcome = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: true),
                    progress = table.Column<int>(type: "integer", nullable: false),
                    cost_cents = table.Column<long>(type: "bigint", nullable: false),
                    refunded_cents = table.Column<long>(type: "bigint", nullable: false),
                    error = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: true),
                    source_key = table.Column<string>(type: "character varying(512)", maxLength: 512, nullable: false),
                    paid_seconds = table.Column<int>(type: "integer", nullable: false),
                    work = table.Column<string>(type: "jsonb", nullable: false),
                    output_key = table.Column<string>(type: "character varying(512)", maxLength: 512, nullable: true),
                    output_size_bytes = table.Column<long>(type: "bigint", nullable: true),
                    runpod_endpoint_id = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: true),
                    runpod_id = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: true),
                    hinted_runpod_id = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: true),
                    trace_parent = table.Column<string>(type: "character varying(55)", maxLength: 55, nullable: true),
                    version = table.Column<long>(type: "bigint", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    queued_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    submitted_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    started_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_jobs", x => x.job_id);
                    table.CheckConstraint("ck_jobs_cost", "cost_cents > 0");
                    table.CheckConstraint("ck_jobs_outcome", "outcome in ('completed', 'failed', 'cancelled', 'timed_out')");
                    table.CheckConstraint("ck_jobs_progress", "progress between 0 and 100");
                    table.CheckConstraint("ck_jobs_refund", "refunded_cents = case when status in ('failed', 'cancelled', 'timed_out') then cost_cents else 0 end");
                    table.CheckConstraint("ck_jobs_status", "status in ('created', 'queued', 'running') or (outcome is not null and status = outcome)");
                });

            migrationBuilder.CreateTable(
                name: "intents",
                columns: table => new
                {
                    job_id = table.Column<Guid>(type: "uuid", nullable: false),
                    kind = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    due_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    attempts = table.Column<int>(type: "integer", nullable: false),
                    failures = table.Column<int>(type: "integer", nullable: false),
                    waiting_since = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    lease_id = table.Column<Guid>(type: "uuid", nullable: true),
                    leased_until = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    dead_since = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    last_error = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: true),
                    trace_parent = table.Column<string>(type: "character varying(55)", maxLength: 55, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_intents", x => new { x.job_id, x.kind });
                    table.ForeignKey(
                        name: "fk_intents_jobs",
                        column: x => x.job_id,
                        principalTable: "jobs",
                        principalColumn: "job_id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_idempotency_records_created_at",
                table: "idempotency_records",
                column: "created_at");

            migrationBuilder.CreateIndex(
                name: "ix_intents_due",
                table: "intents",
                columns: new[] { "kind", "due_at" },
                filter: "dead_since is null");

            migrationBuilder.CreateIndex(
                name: "ix_jobs_user_created",
                table: "jobs",
                columns: new[] { "user_id", "created_at", "job_id" },
                descending: new[] { false, true, true });

            migrationBuilder.CreateIndex(
                name: "ix_jobs_user_status_created",
                table: "jobs",
                columns: new[] { "user_id", "status", "created_at", "job_id" },
                descending: new[] { false, false, true, true });

            migrationBuilder.CreateIndex(
                name: "ux_jobs_runpod_id",
                table: "jobs",
                column: "runpod_id",
                unique: true);

            migrationBuilder.Sql(Guard);
            migrationBuilder.Sql(Notification);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "idempotency_records");

            migrationBuilder.DropTable(
                name: "intents");

            migrationBuilder.DropTable(
                name: "jobs");

            migrationBuilder.Sql(DropFunctions);
        }
    }
}
