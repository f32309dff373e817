/* Blocks of dense kernels of a positively homogeneous activation; the formulas are those of theory/kernels/gap.py.

   A strip of W columns meets four rows at a time, and pairs of inputs are taken P at a time: two rows, so that enough
   independent polynomials are under way. All arithmetic is in double, whatever the type of the data and the result. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#define W 32
#define P (2 * W)
#define ROWS 4
#define NEAR 0.02  /* 1 - |cos| below which the inner product has lost two digits; then by projection */

#ifdef __AVX512F__
#define LANES 8
#define GROUP 8 /* vectors of a polynomial under way together; they and their arguments fill the registers */
#define ACROSS 4
#else
#define LANES 4
#define GROUP 4
#define ACROSS 2
#endif

typedef double lanes __attribute__((vector_size(8 * LANES)));
#define ALIGNED __attribute__((aligned(64)))

typedef struct {
    const void *rows, *columns;            /* data, row-major; each row is multiplied by its scale, a power of two */
    const double *row_scale, *column_scale;
    const double *row_norm, *column_norm;  /* norms of the scaled rows */
    int64_t n, m, d;
    int32_t single, single_out, symmetric, tangent, biased, unused;
    int64_t layers;
    const double *slope, *shift;           /* variance after layer l: slope[l] |x|^2 + shift[l]; l = 0 is the input */
    const double *gain, *bias;             /* gain[l], bias[l]: from layer l to l + 1 */
    double even, odd, both, g;             /* ta, tb, e, g of `Slopes` */
    const double *angle, *sine;            /* polynomials in a variable on [-1, 1], lowest degree first */
    int64_t angle_degree, sine_degree;
    const double *map;                     /* Chebyshev coefficients of the map, or null */
    int64_t map_degree;
    double map_scale, map_top;             /* the variable u of `HomogeneousMap` */
    void *out;
    int64_t stride, chunk;                 /* rows that a thread takes at a time, a multiple of W */
    int64_t next;                          /* the number of the next piece of work */
} job;

/* One strip of columns, four rows against it, and P pairs of them. */
typedef struct {
    double *x, *yt, *one;                    /* rows; columns, transposed; one column */
    double *row_inverse, *inverse;           /* 1 / standard deviation, of each row by layer, of each layer by column */
    double tile[W * W] ALIGNED;
    double length[W], root[W], norm[W];      /* true length, standard deviation of the output, scaled norm */
    double row_length[ROWS], row_root[ROWS], row_norm[ROWS];
    double rho[P] ALIGNED, gap[P], fall[P], other[P], slopes[P], result[P];
} room;

static inline double load(const void *data, int64_t at, int32_t single) {
    return single ? (double)((const float *)data)[at] : ((const double *)data)[at];
}

/* Four scaled rows of the data, those past the end zero. */
static void rows_ready(const job *q, int64_t first, int64_t rows, double *out) {
    for (int64_t i = 0; i < ROWS; i++, out += q->d) {
        double scale = i < rows ? q->row_scale[first + i] : 0.0;
        int64_t start = (i < rows ? first + i : first) * q->d;
        const float *single = (const float *)q->rows + start;
        const double *plain = (const double *)q->rows + start;
        if (q->single)
            for (int64_t k = 0; k < q->d; k++) out[k] = single[k] * scale;
        else
            for (int64_t k = 0; k < q->d; k++) out[k] = plain[k] * scale;
    }
}

static void columns_ready(const job *q, int64_t first, int64_t columns, double *out) {
    for (int64_t j = 0; j < W; j++) {
        double scale = j < columns ? q->column_scale[first + j] : 0.0;
        int64_t start = (j < columns ? first + j : first) * q->d;
        for (int64_t k = 0; k < q->d; k++) out[k * W + j] = load(q->columns, start + k, q->single) * scale;
    }
}

static void products(const double *x, const double *yt, int64_t d, double *gram) {
    for (int j = 0; j < W; j += ACROSS * LANES) {
        lanes sum[ROWS][ACROSS] = {{{0}}};
        for (int64_t k = 0; k < d; k++) {
            const lanes *y = (const lanes *)(yt + k * W + j);
            for (int r = 0; r < ROWS; r++)
                for (int s = 0; s < ACROSS; s++) sum[r][s] += x[r * d + k] * y[s];
        }
        for (int r = 0; r < ROWS; r++)
            for (int s = 0; s < ACROSS; s++) *(lanes *)(gram + r * W + j + LANES * s) = sum[r][s];
    }
}

static void project(const double *x, const double *y, int64_t d, double unit, double *cosine, double *gap, double *fall) {
    double xx = 0, xy = 0, yy = 0, along = 0, apart = 0, drop = 0;
#pragma omp simd reduction(+ : xx, xy, yy)
    for (int64_t k = 0; k < d; k++) xx += x[k] * x[k], xy += x[k] * y[k], yy += y[k] * y[k];
    double ratio = xy / xx;
#pragma omp simd reduction(+ : along, drop)
    for (int64_t k = 0; k < d; k++) {
        double z = y[k] * unit;
        along += fma(-ratio, x[k], y[k]) * x[k];
        drop += (x[k] - z) * (x[k] + z);
    }
    along /= xx;
#pragma omp simd reduction(+ : apart)
    for (int64_t k = 0; k < d; k++) {
        double rest = fma(-along, x[k], fma(-ratio, x[k], y[k]));
        apart += rest * rest;
    }
    double square = fmin(apart / yy, 1.0);
    *gap = square / (1 + sqrt(1 - square));
    *cosine = ratio < 0 ? *gap - 1 : 1 - *gap;
    *fall = drop;
}

/* The cosines, the smaller of 1 - rho and 1 + rho, and |x|^2 - |y|^2, of row i and all columns; `at` is its number in
   the panel, `half` its place among the P pairs. */
static void inputs(const job *q, int64_t i, int64_t j0, int64_t columns, int at, int half, const double *gram,
                   room *s) {
    double sx = q->row_scale[i], nx = s->row_norm[at], lx = s->row_length[at];
    double *rho = s->rho + half * W, *gap = s->gap + half * W, *fall = s->fall + half * W;
    int near[W], count = 0;
#pragma omp simd
    for (int64_t j = 0; j < W; j++) {
        double size = nx * s->norm[j];
        rho[j] = size > 0 ? gram[j] / size : 0.0;
        gap[j] = 1 - fabs(rho[j]);
        fall[j] = (lx - s->length[j]) * (lx + s->length[j]);
    }
    for (int64_t j = 0; j < columns; j++)
        if (gap[j] < NEAR) near[count++] = (int)j;
    for (int c = 0; c < count; c++) {
        int64_t j = near[c];
        double unit = sx / q->column_scale[j0 + j], drop;
        if (q->symmetric && i == j0 + j) {
            rho[j] = 1, gap[j] = 0, fall[j] = 0;
            continue;
        }
        for (int64_t k = 0; k < q->d; k++) s->one[k] = s->yt[k * W + j];
        project(s->x + at * q->d, s->one, q->d, unit, rho + j, gap + j, &drop);
        if (unit >= 0.5 && unit <= 2) fall[j] = drop / sx / sx;
    }
}

/* Lengths and standard deviations of `size` inputs; those past the end count as of length 1. */
static void ends(const job *q, const double *norm, const double *scale, int64_t size, int64_t room_for, double *norms,
                 double *lengths, double *roots) {
    double up = q->slope[q->layers], shift = q->shift[q->layers];
    for (int64_t j = 0; j < room_for; j++) {
        norms[j] = j < size ? norm[j] : 1.0;
        lengths[j] = j < size ? norm[j] / scale[j] : 1.0;
        roots[j] = sqrt(up * lengths[j] * lengths[j] + shift);
    }
}

/* 1 / the standard deviation after every Dense layer; 0 for 0. */
static inline double inverse_root(double square) { return square > 0 ? 1 / sqrt(square) : 0.0; }

static void column_inverses(const job *q, room *s) {
    for (int64_t l = 0; l <= q->layers; l++)
#pragma omp simd
        for (int64_t j = 0; j < W; j++)
            s->inverse[l * W + j] = inverse_root(q->slope[l] * s->length[j] * s->length[j] + q->shift[l]);
}

static void row_inverses(const job *q, room *s) {
    for (int64_t i = 0; i < ROWS; i++) {
        double *inverse = s->row_inverse + i * (q->layers + 1), square = s->row_length[i] * s->row_length[i];
#pragma omp simd
        for (int64_t l = 0; l <= q->layers; l++) inverse[l] = inverse_root(q->slope[l] * square + q->shift[l]);
    }
}

/* A polynomial at P points. */
static inline void horner(const double *c, int degree, const double *x, double *value) {
    for (int start = 0; start < P; start += GROUP * LANES) {
        const lanes *from = (const lanes *)(x + start);
        lanes *to = (lanes *)(value + start), at[GROUP], sum[GROUP];
        for (int v = 0; v < GROUP; v++) at[v] = from[v], sum[v] = (lanes){0} + c[degree];
        for (int k = degree - 1; k >= 0; k--)
            for (int v = 0; v < GROUP; v++) sum[v] = sum[v] * at[v] + c[k];
        for (int v = 0; v < GROUP; v++) to[v] = sum[v];
    }
}

/* A Chebyshev series at P points, given twice the points. */
static inline void clenshaw(const double *c, int64_t degree, const double *x, double *value) {
    for (int start = 0; start < P; start += GROUP * LANES) {
        const lanes *from = (const lanes *)(x + start);
        lanes *to = (lanes *)(value + start), at[GROUP], old[GROUP], older[GROUP];
        for (int v = 0; v < GROUP; v++) at[v] = from[v], old[v] = older[v] = (lanes){0};
        for (int64_t k = degree; k > 0; k--)
            for (int v = 0; v < GROUP; v++) {
                lanes sum = at[v] * old[v] + (c[k] - older[v]);
                older[v] = old[v], old[v] = sum;
            }
        for (int v = 0; v < GROUP; v++) to[v] = 0.5 * at[v] * old[v] + (c[0] - older[v]);
    }
}

/* The angles in [0, pi/2] of the gaps, 2 asin(sqrt(gap / 2)). */
static inline void folded_angles(const job *q, const double *gap, double *theta) {
    double x[P] ALIGNED, value[P] ALIGNED;
    for (int j = 0; j < P; j++) x[j] = 2 * gap[j] - 1;
    horner(q->angle, (int)q->angle_degree, x, value);
#pragma omp simd
    for (int j = 0; j < P; j++) theta[j] = 2 * sqrt(0.5 * gap[j]) * value[j];
}

#define TOP 2.4674011002723395  /* (pi / 2)^2 */

static void hidden(const job *q, room *s) {
    double theta[P] ALIGNED, x[P] ALIGNED, sine[P] ALIGNED;
    folded_angles(q, s->gap, theta);
    for (int j = 0; j < P; j++) x[j] = theta[j] * theta[j] * (2 / TOP) - 1;
    horner(q->sine, (int)q->sine_degree, x, sine);
    double e = q->both, g = q->g, ta = q->even, tb = q->odd;
    int plain = !q->biased;
#pragma omp simd
    for (int j = 0; j < P; j++) {
        int fold = s->rho[j] < 0;
        double square = theta[j] * theta[j], excess = g * theta[j] * square * sine[j];
        double sign = fold ? e : 1.0, m = fold ? -e * s->gap[j] : s->gap[j];
        double narrow = (fold ? ta : 0.0) + m - excess, wide = (fold ? tb : 2.0) - m + excess;
        double rho = sign * s->rho[j] + excess;
        s->slopes[j] = fold ? e + g * theta[j] : 1 - g * theta[j];
        s->rho[j] = rho;
        s->gap[j] = plain && rho < 0 ? wide : narrow;
        s->other[j] = wide;
    }
}

/* Dense layer l with a bias: from the gaps 1 - rho and 1 + rho to the smaller gap; slopes gain the weight. With the
   unit vectors (alpha, beta) of gap.py, f = alpha alpha' and c = beta beta'. */
static void affine(const job *q, int64_t l, int at, int half, room *s) {
    const double *inverses = s->row_inverse + at * (q->layers + 1);
    double up = q->slope[l - 1], shift = q->shift[l - 1], own = s->row_length[at], gain = q->gain[l - 1];
    double before = (up * own * own + shift) * inverses[l - 1], rest = q->bias[l - 1] * inverses[l];
    double kept = gain * before * inverses[l], factor = gain * rest * inverses[l] * up * up;
    const double *inverse = s->inverse + l * W, *earlier = s->inverse + (l - 1) * W;
    double *rho = s->rho + half * W, *gap = s->gap + half * W, *other = s->other + half * W;
    double *fall = s->fall + half * W, *slopes = s->slopes + half * W;
#pragma omp simd
    for (int j = 0; j < W; j++) {
        double root = (up * s->length[j] * s->length[j] + shift) * earlier[j], sum = before + root;
        double f = kept * root * inverse[j], c = rest * inverse[j], drop = fall[j] * inverse[j];
        double tilt = factor * drop * drop / (sum * sum * (1 + f + c) + 1e-300);
        double cosine = f * rho[j] + c, narrow = f * gap[j] + tilt, wide = f * other[j] + tilt + 2 * c;
        rho[j] = cosine;
        gap[j] = cosine < 0 ? wide : narrow;
        slopes[j] *= f;
    }
}

static void recursion(const job *q, int at, room *s) {
    for (int64_t l = 1; l <= q->layers; l++) {
        if (l > 1) hidden(q, s);
        if (q->biased) {
            if (l == 1)
                for (int j = 0; j < P; j++) {
                    double gap = s->gap[j];
                    s->other[j] = s->rho[j] < 0 ? gap : 2 - gap;
                    s->gap[j] = s->rho[j] < 0 ? 2 - gap : gap;
                }
            affine(q, l, at, 0, s);
            affine(q, l, at + 1, 1, s);
        }
        if (!q->tangent || l == 1)
            for (int j = 0; j < P; j++) s->result[j] = s->rho[j];
        else
            for (int j = 0; j < P; j++) s->result[j] = s->rho[j] + s->slopes[j] * s->result[j];
    }
}

static void map(const job *q, room *s) {
    const double pi = 3.141592653589793, c = q->map_scale, end = q->map_top;
    const double top = q->tangent ? (double)q->layers : 1.0;
    double x[P] ALIGNED, u[P] ALIGNED, sum[P] ALIGNED;
    folded_angles(q, s->gap, u);
#pragma omp simd
    for (int j = 0; j < P; j++) {
        double theta = s->rho[j] < 0 && end > 2 ? pi - u[j] : u[j];
        u[j] = theta * (end + c) / (end * (theta + c));
        x[j] = 4 * u[j] - 2;
    }
    clenshaw(q->map, q->map_degree, x, sum);
    for (int j = 0; j < P; j++) s->result[j] = top - u[j] * (q->tangent ? 1.0 : u[j]) * sum[j];
}

static void store(const job *q, int64_t i0, int64_t j0, int64_t rows, int64_t columns, const double *tile) {
    float *single = (float *)q->out;
    double *plain = (double *)q->out;
    for (int64_t i = 0; i < rows; i++) {
        int64_t at = (i0 + i) * q->stride + j0;
        if (q->single_out)
            for (int64_t j = 0; j < columns; j++) single[at + j] = (float)tile[i * W + j];
        else
            for (int64_t j = 0; j < columns; j++) plain[at + j] = tile[i * W + j];
    }
    if (!q->symmetric || i0 == j0) return;
    for (int64_t j = 0; j < columns; j++) {
        int64_t at = (j0 + j) * q->stride + i0;
        if (q->single_out)
            for (int64_t i = 0; i < rows; i++) single[at + i] = (float)tile[i * W + j];
        else
            for (int64_t i = 0; i < rows; i++) plain[at + i] = tile[i * W + j];
    }
}

static void settle(double *tile) {
    for (int i = 0; i < W; i++)
        for (int j = 0; j < i; j++) tile[i * W + j] = tile[j * W + i];
}

static void tile(const job *q, int64_t i0, int64_t j0, room *s) {
    int64_t rows = q->n - i0 < W ? q->n - i0 : W, columns = q->m - j0 < W ? q->m - j0 : W;
    for (int64_t i = 0; i < rows; i += ROWS) {
        int64_t have = rows - i < ROWS ? rows - i : ROWS;
        double gram[ROWS * W] ALIGNED;
        rows_ready(q, i0 + i, have, s->x);
        ends(q, q->row_norm + i0 + i, q->row_scale + i0 + i, have, ROWS, s->row_norm, s->row_length, s->row_root);
        if (q->biased) row_inverses(q, s);
        products(s->x, s->yt, q->d, gram);
        for (int at = 0; at < have; at += 2) {
            for (int half = 0; half < 2; half++) {
                int own = at + half < have ? at + half : at; /* A last odd row is computed twice. */
                inputs(q, i0 + i + own, j0, columns, own, half, gram + own * W, s);
            }
            if (q->map) map(q, s);
            else recursion(q, at, s);
            for (int half = 0; half < 2; half++)
                for (int j = 0; j < W; j++)
                    s->tile[(i + at + half) * W + j] = s->row_root[at + half] * s->root[j] * s->result[half * W + j];
        }
    }
    if (q->symmetric && i0 == j0) settle(s->tile);
    store(q, i0, j0, rows, columns, s->tile);
}

static void strip(const job *q, int64_t i0, int64_t i1, int64_t j0, room *s) {
    int64_t columns = q->m - j0 < W ? q->m - j0 : W;
    columns_ready(q, j0, columns, s->yt);
    ends(q, q->column_norm + j0, q->column_scale + j0, columns, W, s->norm, s->length, s->root);
    if (q->biased) column_inverses(q, s);
    for (int64_t i = i0; i < i1 && !(q->symmetric && i > j0); i += W) tile(q, i, j0, s);
}

static size_t padded(size_t count) { return (count + 7) / 8 * 8; }

/* Take pieces of work until none is left; any number of threads may. In a symmetric result only tiles above the
   diagonal are computed, and mirrored. The longest strips come first, so that all threads end together. */
int fill(job *q) {
    size_t d = (size_t)q->d, layers = q->biased ? (size_t)q->layers + 1 : 0;
    size_t whole = padded(sizeof(room) / sizeof(double)), rows = padded(ROWS * d), by_layer = padded(ROWS * layers);
    size_t count = whole + rows + W * d + padded(d) + by_layer + W * layers;
    double *memory = aligned_alloc(64, count * sizeof(double));
    if (!memory) return 1;
    room *s = (room *)memory;
    s->x = memory + whole, s->yt = s->x + rows, s->one = s->yt + W * d;
    s->row_inverse = s->one + padded(d), s->inverse = s->row_inverse + by_layer;
    int64_t strips = (q->m + W - 1) / W, chunks = (q->n + q->chunk - 1) / q->chunk, number;
    while ((number = __atomic_fetch_add(&q->next, 1, __ATOMIC_RELAXED)) < strips * chunks) {
        int64_t j = (strips - 1 - number / chunks) * W, i = number % chunks * q->chunk;
        if (!q->symmetric || i <= j) strip(q, i, i + q->chunk < q->n ? i + q->chunk : q->n, j, s);
    }
    free(memory);
    return 0;
}
