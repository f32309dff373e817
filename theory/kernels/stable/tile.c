/* Blocks of dense kernels of a positively homogeneous activation; the formulas are those of theory/kernels/gap.py.

   Pairs are taken 64 x 64 at a time. All arithmetic is in double, whatever the type of the data and of the result. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#define W 64
#define NEAR 0.02  /* 1 - |cos| below which the inner product has lost two digits; then by projection */

typedef double lanes __attribute__((vector_size(64)));

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
    int64_t stride;
} job;

typedef struct {
    double alpha[W], beta[W], norm[W], inverse[W];
} side;

/* Norms of the scaled data, and true lengths. */
typedef struct {
    double size[W], length[W];
} ends;

typedef struct {
    double *x, *yt, *tile, *one; /* rows; columns, transposed; inner products, then kernels; one column */
    side *a, *b;
    ends *rows, *columns;
} room;

static inline double load(const void *data, int64_t at, int32_t single) {
    return single ? (double)((const float *)data)[at] : ((const double *)data)[at];
}

/* 64 scaled rows of the data, entry (i, k) at i * row + k * column; rows past the end are zero. */
static void panel(const job *q, const void *data, const double *scale, int64_t first, int64_t rows, int64_t row,
                  int64_t column, double *out) {
    for (int64_t i = 0; i < W; i++)
        for (int64_t k = 0; k < q->d; k++)
            out[i * row + k * column] =
                i < rows ? load(data, (first + i) * q->d + k, q->single) * scale[first + i] : 0.0;
}

static void products(const double *x, const double *yt, int64_t d, double *gram) {
    for (int i = 0; i < W; i += 4)
        for (int j = 0; j < W; j += 32) {
            lanes sum[4][4] = {{{0}}};
            for (int64_t k = 0; k < d; k++) {
                const lanes *y = (const lanes *)(yt + k * W + j);
                for (int r = 0; r < 4; r++)
                    for (int s = 0; s < 4; s++) sum[r][s] += x[(i + r) * d + k] * y[s];
            }
            for (int r = 0; r < 4; r++)
                for (int s = 0; s < 4; s++) *(lanes *)(gram + (i + r) * W + j + 8 * s) = sum[r][s];
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

/* The cosines `rho`, the smaller of 1 - rho and 1 + rho, and |x|^2 - |y|^2, of one row of pairs. */
static void inputs(const job *q, int64_t i, int64_t j0, int64_t columns, const double *x, const room *s,
                   const double *gram, double *rho, double *gap, double *fall) {
    const ends *a = s->rows, *b = s->columns;
    double sx = q->row_scale[i], nx = a->size[i % W], lx = a->length[i % W];
    int near[W], count = 0;
#pragma omp simd
    for (int64_t j = 0; j < W; j++) {
        double size = nx * b->size[j];
        rho[j] = size > 0 ? gram[j] / size : 0.0;
        gap[j] = 1 - fabs(rho[j]);
        fall[j] = (lx - b->length[j]) * (lx + b->length[j]);
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
        project(x, s->one, q->d, unit, rho + j, gap + j, &drop);
        if (unit >= 0.5 && unit <= 2) fall[j] = drop / sx / sx;
    }
}

static void sides(const job *q, const double *norm, const double *scale, int64_t first, int64_t size, ends *end,
                  side *out) {
    for (int64_t j = 0; j < W; j++) {
        end->size[j] = j < size ? norm[first + j] : 1.0;
        end->length[j] = j < size ? norm[first + j] / scale[first + j] : 1.0;
    }
    for (int64_t l = q->biased ? 0 : q->layers; l <= q->layers; l++)
        for (int64_t j = 0; j < W; j++) {
            double square = end->length[j] * end->length[j], p = q->slope[l] * square + q->shift[l];
            out[l].norm[j] = sqrt(p);
            out[l].inverse[j] = p > 0 ? 1 / sqrt(p) : 0.0;
            if (l == 0) continue;
            double before = q->slope[l - 1] * square + q->shift[l - 1];
            out[l].alpha[j] = p > 0 ? sqrt(q->gain[l - 1] * before / p) : 1.0;
            out[l].beta[j] = p > 0 ? sqrt(q->bias[l - 1] / p) : 0.0;
        }
}

/* Degrees are constants, so that the loops over them unroll and the loops over pairs become vector code. */
#define ANGLE_DEGREE 22
#define SINE_DEGREE 10

static inline double sine_polynomial(const double *c, double x) {
    double sum = c[SINE_DEGREE];
#pragma GCC unroll 64
    for (int k = SINE_DEGREE - 1; k >= 0; k--) sum = fma(sum, x, c[k]);
    return sum;
}

static inline double folded_angle(const double *c, double gap) {
    double v = 0.5 * gap, x = 4 * v - 1, sum = c[ANGLE_DEGREE];
#pragma GCC unroll 64
    for (int k = ANGLE_DEGREE - 1; k >= 0; k--) sum = fma(sum, x, c[k]);
    return 2 * sqrt(v) * sum;
}

#define TOP 2.4674011002723395  /* (pi / 2)^2 */

static void affine(const job *q, int64_t l, int64_t i, const side *a, const side *b, const double *fall, double *rho,
                   double *gap, const double *other, double *weight) {
    double alpha = a[l].alpha[i], beta = a[l].beta[i], n0 = a[l - 1].norm[i], inverse = a[l].inverse[i];
    double up = q->slope[l - 1], factor = q->gain[l - 1] * q->bias[l - 1] * up * up * inverse * inverse;
    const side *s = b + l, *before = b + l - 1;
#pragma omp simd
    for (int64_t j = 0; j < W; j++) {
        double f = alpha * s->alpha[j], c = beta * s->beta[j], sum = n0 + before->norm[j];
        double drop = fall[j] * s->inverse[j];
        double tilt = factor * drop * drop / (sum * sum * (1 + f + c) + 1e-300);
        double cosine = f * rho[j] + c, narrow = f * gap[j] + tilt, wide = f * other[j] + tilt + 2 * c;
        rho[j] = cosine;
        gap[j] = cosine < 0 ? wide : narrow;
        weight[j] = f;
    }
}

static void hidden(const job *q, double *rho, double *gap, double *other, double *slopes) {
    double angle[ANGLE_DEGREE + 1], sine[SINE_DEGREE + 1];
    for (int k = 0; k <= ANGLE_DEGREE; k++) angle[k] = q->angle[k];
    for (int k = 0; k <= SINE_DEGREE; k++) sine[k] = q->sine[k];
    double e = q->both, g = q->g, ta = q->even, tb = q->odd;
#pragma omp simd
    for (int64_t j = 0; j < W; j++) {
        int fold = rho[j] < 0;
        double theta = folded_angle(angle, gap[j]), square = theta * theta;
        double excess = g * theta * square * sine_polynomial(sine, square * (2 / TOP) - 1);
        double sign = fold ? e : 1.0, m = fold ? -e * gap[j] : gap[j];
        double narrow = (fold ? ta : 0.0) + m - excess, wide = (fold ? tb : 2.0) - m + excess;
        slopes[j] = fold ? e + g * theta : 1 - g * theta;
        rho[j] = sign * rho[j] + excess;
        gap[j] = q->biased ? narrow : (rho[j] < 0 ? wide : narrow);
        other[j] = wide;
    }
}

static void recursion(const job *q, int64_t i, const side *a, const side *b, const double *fall, double *rho,
                      double *gap, double *result) {
    double other[W], slopes[W], weight[W];
    for (int64_t l = 1; l <= q->layers; l++) {
        if (l > 1) hidden(q, rho, gap, other, slopes);
        if (q->biased) {
            if (l == 1)
                for (int64_t j = 0; j < W; j++) {
                    other[j] = rho[j] < 0 ? gap[j] : 2 - gap[j];
                    gap[j] = rho[j] < 0 ? 2 - gap[j] : gap[j];
                }
            affine(q, l, i, a, b, fall, rho, gap, other, weight);
        }
        if (!q->tangent || l == 1)
            for (int64_t j = 0; j < W; j++) result[j] = rho[j];
        else if (q->biased)
            for (int64_t j = 0; j < W; j++) result[j] = rho[j] + weight[j] * slopes[j] * result[j];
        else
            for (int64_t j = 0; j < W; j++) result[j] = rho[j] + slopes[j] * result[j];
    }
}

static void map(const job *q, const double *rho, const double *gap, double *result) {
    const double pi = 3.141592653589793, c = q->map_scale, end = q->map_top;
    double top = q->tangent ? (double)q->layers : 1.0;
    double angle[ANGLE_DEGREE + 1];
    for (int k = 0; k <= ANGLE_DEGREE; k++) angle[k] = q->angle[k];
    double x[W], u[W], old[W], older[W];
#pragma omp simd
    for (int64_t j = 0; j < W; j++) {
        double theta = folded_angle(angle, gap[j]);
        theta = rho[j] < 0 && end > 2 ? pi - theta : theta;
        u[j] = theta * (end + c) / (end * (theta + c));
        x[j] = 4 * u[j] - 2;
        old[j] = older[j] = 0;
    }
    for (int64_t k = q->map_degree; k > 0; k--)
#pragma omp simd
        for (int64_t j = 0; j < W; j++) {
            double sum = fma(x[j], old[j], q->map[k] - older[j]);
            older[j] = old[j];
            old[j] = sum;
        }
#pragma omp simd
    for (int64_t j = 0; j < W; j++) {
        double sum = fma(0.5 * x[j], old[j], q->map[0] - older[j]);
        result[j] = top - u[j] * (q->tangent ? 1.0 : u[j]) * sum;
    }
}

static void store(const job *q, int64_t i0, int64_t j0, int64_t rows, int64_t columns, const double *tile) {
    for (int64_t i = 0; i < rows; i++)
        for (int64_t j = 0; j < columns; j++) {
            int64_t at = (i0 + i) * q->stride + j0 + j;
            if (q->single_out) ((float *)q->out)[at] = (float)tile[i * W + j];
            else ((double *)q->out)[at] = tile[i * W + j];
        }
    if (!q->symmetric || i0 == j0) return;
    for (int64_t j = 0; j < columns; j++)
        for (int64_t i = 0; i < rows; i++) {
            int64_t at = (j0 + j) * q->stride + i0 + i;
            if (q->single_out) ((float *)q->out)[at] = (float)tile[i * W + j];
            else ((double *)q->out)[at] = tile[i * W + j];
        }
}

static void settle(double *tile) {
    for (int i = 0; i < W; i++)
        for (int j = 0; j < i; j++) tile[i * W + j] = tile[j * W + i];
}

static void tile(const job *q, int64_t i0, int64_t j0, const room *s) {
    int64_t rows = q->n - i0 < W ? q->n - i0 : W, columns = q->m - j0 < W ? q->m - j0 : W;
    products(s->x, s->yt, q->d, s->tile);
    for (int64_t i = 0; i < rows; i++) {
        double rho[W], gap[W], fall[W], *result = s->tile + i * W;
        inputs(q, i0 + i, j0, columns, s->x + i * q->d, s, result, rho, gap, fall);
        if (q->map) map(q, rho, gap, result);
        else recursion(q, i, s->a, s->b, fall, rho, gap, result);
        double size = s->a[q->layers].norm[i];
        for (int64_t j = 0; j < W; j++) result[j] *= size * s->b[q->layers].norm[j];
    }
    if (q->symmetric && i0 == j0) settle(s->tile);
    store(q, i0, j0, rows, columns, s->tile);
}

static void columns_ready(const job *q, int64_t j0, const room *s) {
    int64_t size = q->m - j0 < W ? q->m - j0 : W;
    panel(q, q->columns, q->column_scale, j0, size, 1, W, s->yt);
    sides(q, q->column_norm, q->column_scale, j0, size, s->columns, s->b);
}

/* Fill rows [i0, i1), columns [j0, j1) of the result; in a symmetric one only tiles above the diagonal, and mirror. */
int fill_block(const job *q, int64_t i0, int64_t i1, int64_t j0, int64_t j1) {
    if (q->angle_degree != ANGLE_DEGREE || q->sine_degree != SINE_DEGREE) return 2;
    size_t data = (size_t)(W * q->d), square = W * W, vectors = (size_t)(2 * (q->layers + 1)) * sizeof(side);
    size_t bytes = (2 * data + square + (size_t)q->d) * sizeof(double) + vectors;
    double *memory = aligned_alloc(64, (bytes + 127) / 64 * 64);
    if (!memory) return 1;
    ends rows, columns;
    room s = {.yt = memory, .tile = memory + data, .x = memory + data + square};
    s.a = (side *)(s.x + data), s.b = s.a + q->layers + 1, s.one = (double *)(s.b + q->layers + 1);
    s.rows = &rows, s.columns = &columns;
    for (int64_t j = j0; j < j1; j += W) {
        columns_ready(q, j, &s);
        for (int64_t i = i0; i < i1 && !(q->symmetric && i > j); i += W) {
            panel(q, q->rows, q->row_scale, i, q->n - i < W ? q->n - i : W, q->d, 1, s.x);
            sides(q, q->row_norm, q->row_scale, i, q->n - i < W ? q->n - i : W, s.rows, s.a);
            tile(q, i, j, &s);
        }
    }
    free(memory);
    return 0;
}
